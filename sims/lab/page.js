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

  // A source of data over time holds what is near the window; see plots/window.py.
  const MARGIN = 0.5;
  function place(x, value, low, high) { // of the first from `low` on that is not below the value
    while (low < high) {
      const middle = (low + high) >> 1;
      if (x[middle] < value) low = middle + 1; else high = middle;
    }
    return low;
  }

  function strokes(x, y, first, last, half) {
    const xs = new Float32Array(3 * (last - first)), ys = new Float32Array(3 * (last - first));
    for (let k = first, n = 0; k < last; k++, n += 3) {
      xs[n] = xs[n + 1] = xs[n + 2] = x[k];
      ys[n] = y[k] - half;
      ys[n + 1] = y[k] + half;
      ys[n + 2] = NaN;
    }
    return [xs, ys];
  }

  const held = new WeakMap();
  function cut(source) {
    const [whole, time, ends, half] = source.tags, {x, y} = whole.data;
    const {start, end} = time, [low, high] = time.bounds, span = end - start;
    const had = held.get(source);
    if (had && had.span <= 2 * span && had.from <= Math.max(start, low) && had.to >= Math.min(end, high)) return;
    const from = start - MARGIN * span, to = end + MARGIN * span;
    held.set(source, {from, to, span});
    const part = (of, first, last) => new Float32Array(of.buffer, of.byteOffset + 4 * first, last - first);
    const lines = ends.map((stop, k) => {
      const begin = k ? ends[k - 1] : 0, first = place(x, from, begin, stop), last = place(x, to, first, stop);
      return half ? strokes(x, y, first, last, half) : [part(x, first, last), part(y, first, last)];
    });
    // Not `source.data = ...`, which would go to the server.
    Object.assign(source.data, {xs: lines.map(one => one[0]), ys: lines.map(one => one[1])});
    source.change.emit();
  }

  const WATCHED = [
    ["time", "start"], ["time", "end"], ["time_both", "start"], ["time_both", "end"],
    ["views", "active"], ["address", "text"],
  ];
  // While time moves, a figure that is out of sight is not drawn; when it rests all are.
  const RESTED_MS = 300;
  const figures = new Map(), hidden = new Set();
  const sight = new IntersectionObserver(seen => {
    for (const {target, isIntersecting} of seen) {
      const model = figures.get(target);
      if (isIntersecting) hidden.delete(model); else hidden.add(model);
      if (isIntersecting) model.hold_render = false;
    }
  }, {rootMargin: "100px"});
  function see(model) {
    const view = Bokeh.index.find_one(model);
    if (!view) return false;
    figures.set(view.el, model);
    sight.observe(view.el);
    return true;
  }

  let resting = 0;
  function moved() {
    for (const model of hidden) {
      if (model.document) model.hold_render = true; else hidden.delete(model); // another run took its place
    }
    clearTimeout(resting);
    resting = setTimeout(() => {
      for (const model of hidden) model.hold_render = false;
    }, RESTED_MS);
  }

  const watched = new Set();
  function watch() {
    for (const document_ of Bokeh.documents) {
      for (const model of document_._all_models.values()) {
        if (watched.has(model.id)) continue;
        if (model.name === "cut") {
          model.tags[1].change.connect(() => cut(model));
          cut(model);
        } else if (model.type !== "Figure" || !see(model)) continue;
        watched.add(model.id);
      }
    }
    for (const [name, property] of WATCHED) {
      const model = find(name);
      if (!model || watched.has(model.id + property)) continue;
      watched.add(model.id + property);
      model.properties[property].change.connect(soon);
      if (property === "start") model.change.connect(moved);
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
