// The keyboard and the address of the page. Bokeh's models are found by their names.
(() => {
  "use strict";
  const local = location.protocol === "file:";
  const find = name => {
    for (const document_ of (window.Bokeh ? Bokeh.documents : [])) {
      for (const model of document_._all_models.values()) if (model.name === name) return model;
    }
    return null;
  };
  const time_in_front = () => {
    const views = find("views");
    const compared = views && views.tabs[views.active].name === "compare" ? find("time_both") : null;
    return compared || find("time");
  };
  const round = (x, n) => String(Number(x.toFixed(n)));

  function write() {
    const words = find("address"), time = time_in_front(), views = find("views");
    const given = new URLSearchParams(words ? words.text : "");
    if (views && !given.has("view")) given.set("view", views.tabs[views.active].name);
    if (time && !given.has("t")) {
      given.set("t", round(time.start, 3));
      given.set("w", round(time.end - time.start, 3));
    }
    const text = given.toString().replaceAll("%2F", "/");
    if (local) history.replaceState(null, "", "#" + text);
    else history.replaceState(null, "", location.pathname + "?" + text);
  }

  let waiting = 0;
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(write, 200); };

  function show(time, start, span) {
    const [low, high] = time.bounds;
    span = Math.min(Math.max(span, 0.02), high - low);
    start = Math.min(Math.max(start, low), high - span);
    time.setv({start: start, end: start + span});
  }

  function key(event) {
    const at = event.composedPath()[0];
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName || "")) return;
    if (at.getAttribute && at.getAttribute("role") === "slider") return;
    const views = find("views"), time = time_in_front();
    const number = Number(event.key);
    if (views && number >= 1 && number <= views.tabs.length) {
      views.active = number - 1;
    } else if (time) {
      const span = time.end - time.start, step = span / (event.shiftKey ? 1 : 4);
      const move = {
        ArrowLeft: [time.start - step, span], ArrowRight: [time.start + step, span],
        Home: [time.bounds[0], span], End: [time.bounds[1] - span, span],
        "+": [time.start + span / 4, span / 2], "-": [time.start - span / 2, span * 2],
      }[event.key];
      if (!move) return;
      show(time, ...move);
    } else return;
    event.preventDefault();
  }

  const WATCHED = [
    ["time", "start"], ["time", "end"], ["time_both", "start"], ["time_both", "end"],
    ["views", "active"], ["address", "text"],
  ];
  const watched = new Set();
  function watch() {
    for (const [name, property] of WATCHED) {
      const model = find(name);
      if (!model || watched.has(model.id + property)) continue;
      watched.add(model.id + property);
      model.properties[property].change.connect(soon);
      soon();
    }
  }

  function begin() {
    if (!window.Bokeh || !Bokeh.documents.length || !find("views")) return void setTimeout(begin, 50);
    if (local) {
      const asked = new URLSearchParams(location.hash.slice(1)), views = find("views"), time = find("time");
      const tab = views.tabs.findIndex(one => one.name === asked.get("view"));
      if (tab >= 0) views.active = tab;
      if (time && asked.has("t")) show(time, Number(asked.get("t")), Number(asked.get("w") || time.end - time.start));
    }
    watch();
    setInterval(watch, 500); // another run brings another axis of time
    document.documentElement.dataset.ready = "yes";
  }

  document.addEventListener("keydown", key);
  begin();
})();
