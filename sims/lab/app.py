"""The page of the lab: one document for every browser that opens it, all on the same folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import Any

from bokeh.document import Document
from bokeh.layouts import column, row
from bokeh.models import Div, Select, TabPanel, Tabs

from circuits.errors import CtloopError
from circuits.runs.run import RunData
from circuits.runs.store import read_meta
from sims.lab.circuit import CircuitView, circuit_of
from sims.lab.compare import battery, compare
from sims.lab.folders import EFFECTS, Folder
from sims.lab.jobs import Jobs, Plan
from sims.lab.learn import learn
from sims.lab.look import look
from sims.lab.page import KEYS, html, paragraph, template
from sims.lab.running import RunView
from sims.lab.state import VIEWS, State
from sims.prediction.curve_file import Curve, read_curves

TICK_MS = 1000
NO_RUN = "-"


def open_page(document: Document, folder: Folder, jobs: Jobs) -> None:
    """Fill a new document with what its address asks for.

    Parameters
    ----------
    document : Document
    folder : Folder
    jobs : Jobs
        The runs that this lab starts, for all its pages.
    """
    context = document.session_context
    arguments = context.request.arguments if context is not None else {}
    page = Page(document, folder, jobs, State.read(arguments))
    document.title = f"ctloop lab: {folder.root.name}"
    document.template = template()
    for root in page.roots:
        document.add_root(root)
    document.add_periodic_callback(page.tick, TICK_MS)


class Page:
    """One browser's page.

    Parameters
    ----------
    document : Document
    folder : Folder
    jobs : Jobs
    state : State
        From the address.
    """

    def __init__(self, document: Document, folder: Folder, jobs: Jobs, state: State) -> None:
        self._document, self._folder, self._jobs = document, folder, jobs
        runs = folder.runs()
        self._state = replace(state, a=state.a or next(iter(runs), ""))
        self._address = Div(text=self._state.address(), name="address", visible=False)
        self._message = html("", name="message", visible=False)
        self._a = self._picker("run", "a", self._state.a, runs)
        self._b = self._picker("compared with", "b", self._state.b, runs)
        self._stale = set(VIEWS)
        self._boxes = {view: column(sizing_mode="stretch_width") for view in VIEWS}
        panels = [
            TabPanel(child=self._boxes[view], title=view.capitalize(), name=view) for view in VIEWS
        ]
        self._tabs = Tabs(tabs=panels, active=VIEWS.index(state.view), name="views",
                          sizing_mode="stretch_width")  # fmt: skip
        self._tabs.on_change("active", lambda attr, old, new: self._fill())
        self._running = RunView(folder, jobs, self._plan(), self._form_changed, self._look_at)
        self._circuit: CircuitView | None = None
        self._trained: list[dict[str, Curve]] = []
        pickers = row(self._a, self._b, sizing_mode="stretch_width")
        self.roots = [pickers, self._message, self._tabs, paragraph(KEYS, "note"), self._address]
        self._fill()

    @property
    def view(self) -> str:
        """The view that is in front."""
        return VIEWS[int(self._tabs.active)]

    def tick(self) -> None:
        """Once a second: follow the runs, and find new ones."""
        if self.view == "run":
            self._running.tick()
        runs = self._folder.runs()
        for picker in (self._a, self._b):
            wanted = _choices(runs, str(picker.value))
            if wanted != picker.options:
                picker.options = wanted
        if self.view == "learn":
            trained = [read_curves(work) for work in self._folder.at_work()]
            if trained != self._trained:
                self._trained = trained
                self._fill(again=True)

    # --- what the user does ----------------------------------------------------------------------

    def _picker(self, title: str, name: str, value: str, runs: list[str]) -> Any:
        made = Select(title=title, value=value or NO_RUN, options=_choices(runs, value or NO_RUN),
                      name=name, sizing_mode="stretch_width")  # fmt: skip
        made.on_change("value", lambda attr, old, new: self._picked())
        return made

    def _picked(self) -> None:
        a, b = (("" if p.value == NO_RUN else str(p.value)) for p in (self._a, self._b))
        if (a, b) == (self._state.a, self._state.b):
            return
        # What is compared has times of its own; the first view keeps its time only with its run.
        times = (self._state.t, self._state.w) if a == self._state.a else (None, None)
        self._stale |= {"look", "circuit", "learn"} if a != self._state.a else set()
        self._stale.add("compare")
        self._set(replace(self._state, a=a, b=b, t=times[0], w=times[1]))
        self._running.take(self._plan())
        self._fill()

    def _look_at(self, address: str) -> None:
        self.tick()
        self._a.value = address
        self._tabs.active = VIEWS.index("look")

    def _lesioned(self, lesions: tuple[str, ...]) -> None:
        self._set(replace(self._state, lesions=lesions))
        self._running.lesion(lesions)

    def _form_changed(self) -> None:
        if self._circuit is not None:
            self._circuit.refresh()

    def _set(self, state: State) -> None:
        self._state = state
        self._address.text = state.address()

    # --- what the page shows ---------------------------------------------------------------------

    def _fill(self, *, again: bool = False) -> None:
        """Make the view that is in front, if it is not there yet; an error is a line in its place."""
        view = self.view
        if view not in self._stale and not again:
            return
        self._stale.discard(view)
        make: Callable[[], Any] = getattr(self, f"_make_{view}")
        try:
            made, why = make(), ""
        except CtloopError as error:
            made, why = paragraph(""), str(error)
            self._stale.add(view)
        except Exception as error:  # a run of another version; the page must go on
            made, why = paragraph(""), f"this cannot be shown: {type(error).__name__}: {error}"
            self._stale.add(view)
        self._message.text = f'<p class="error">{escape(why)}</p>' if why else ""
        self._message.visible = bool(why)
        self._boxes[view].children = [made]

    def _plan(self) -> Plan:
        """Plan a run like the one that is chosen, with the lesions of the page."""
        try:
            meta = read_meta(self._folder.place(self._state.a)) if self._state.a else {}
        except CtloopError:
            meta = {}
        return Plan.of_run(meta, self._state.lesions)

    def _run(self, address: str) -> RunData:
        if not address:
            msg = "choose a run above"
            raise CtloopError(msg)
        return self._folder.load(address)

    def _make_look(self) -> Any:
        state = self._state
        return look(self._run(state.a), state.t, state.w or 0.0)

    def _make_compare(self) -> Any:
        state = self._state
        for address in (state.a, state.b):
            place = self._folder.place(address)
            if address and (place / EFFECTS).is_file():
                return battery(place)
        if not state.b:
            return paragraph("Choose a second run above, or a battery (ctloop lesion).", "note")
        names = (state.a, state.b)
        return compare(self._run(state.a), self._run(state.b), names, state.t, state.w or 0.0)

    def _make_circuit(self) -> Any:
        run = self._run(self._state.a) if self._state.a else None
        self._circuit = CircuitView(
            circuit_of(run), self._state.lesions, self._running.command, self._lesioned
        )
        return self._circuit.layout

    def _make_run(self) -> Any:
        return self._running.layout

    def _make_learn(self) -> Any:
        place = self._folder.place(self._state.a)
        return learn(place, self._folder.at_work())


def _choices(runs: list[str], value: str) -> list[str]:
    return [NO_RUN, *runs, *([value] if value not in (*runs, NO_RUN) else [])]
