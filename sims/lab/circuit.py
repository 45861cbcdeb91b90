"""The view of the circuit: point at it, click lesions together, copy the command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bokeh.events import ButtonClick
from bokeh.layouts import column, row
from bokeh.models import AutocompleteInput, Button, CustomJS, Slider

from circuits import spec
from circuits.errors import CtloopError
from circuits.lesions import parse, touched
from circuits.lesions.language import Lesion
from circuits.runs.run import RunData
from sims.lab.page import html, paragraph
from sims.lab.plots.circuit import circuit_figure

#: Verbs whose amount is a dose from 0 to 1.
DOSED = ("cut", "silence", "block")


def circuit_of(run: RunData | None) -> spec.Circuit:
    """Give the circuit that is drawn: a run's own, or the loop as it is shipped."""
    if run is not None and run.meta.get("spec"):
        return spec.from_dict(run.meta["spec"])
    from thalamus.loop import corticothalamic_loop

    return corticothalamic_loop()


class CircuitView:
    """The drawing with its lesions; `layout` is what the page shows.

    Parameters
    ----------
    circuit : networkx.MultiDiGraph
    lesions : tuple of str
        What is lesioned at first.
    command : callable
        Gives the commands for lesions, HTML.
    changed : callable
        Called with the lesions whenever they change.
    """

    def __init__(
        self,
        circuit: spec.Circuit,
        lesions: tuple[str, ...],
        command: Callable[[tuple[str, ...]], str],
        changed: Callable[[tuple[str, ...]], None],
    ) -> None:
        self._circuit, self._command, self._changed = circuit, command, changed
        self._chips: list[Lesion] = []
        self._why = ""
        for text in lesions:
            self._add(text)
        known = [*spec.projections(circuit), *spec.populations(circuit)]
        self._type = AutocompleteInput(
            completions=known, case_sensitive=False, search_strategy="includes", restrict=False,
            title="Click in the drawing, or type a pathway, cells or any lesion, and press Enter", min_characters=2,
            name="type", sizing_mode="stretch_width",
        )  # fmt: skip
        self._type.on_change("value", self._typed)
        self._rows = column(sizing_mode="stretch_width")
        self._text = html("", name="command")
        self._drawing = column(
            sizing_mode="stretch_width", min_width=560, styles={"flex": "3 1 600px"}
        )
        copy = Button(label="Copy the command", name="copy", width=160)
        copy.js_on_event(
            ButtonClick,
            CustomJS(
                args={"from": self._text},
                code="""
                const holder = document.createElement("div");
                holder.innerHTML = cb_obj.document.get_model_by_name("command").text;
                navigator.clipboard.writeText(holder.querySelector("pre").textContent);""",
            ),
        )
        side = column(
            self._type, self._rows, self._text, copy, min_width=320, styles={"flex": "2 1 320px"}
        )
        self.layout = row(
            self._drawing, side, sizing_mode="stretch_width", styles={"flex-wrap": "wrap"}
        )
        self._show()

    @property
    def lesions(self) -> tuple[str, ...]:
        """The lesions, each as a sentence at its dose."""
        return tuple(map(str, self._chips))

    def refresh(self) -> None:
        """Write the command again, after what else it says has changed."""
        self._write()

    # --- what the user does ----------------------------------------------------------------------

    def _typed(self, attribute: str, old: str, new: str) -> None:
        if new.strip():
            self._add(new)
            self._type.value = ""
            self._show()
            self._changed(self.lesions)

    def _clicked(self, source: Any) -> Callable[[str, Any, list[int]], None]:
        def act(attribute: str, old: Any, new: list[int]) -> None:
            if not new:
                return
            name = source.data["name"][new[0]]
            held = [n for n, one in enumerate(self._chips) if one.where == _spelt(name)]
            if held:
                del self._chips[held[0]]
            else:
                self._add(name)
            self._show()
            self._changed(self.lesions)

        return act

    def _add(self, text: str) -> None:
        self._why = ""
        try:
            found = parse(text)
            touched(self._circuit, text)
        except CtloopError as error:
            self._why = str(error)
            return
        self._chips += [one for one in found if str(one) not in self.lesions]

    # --- what the page shows ---------------------------------------------------------------------

    def _show(self) -> None:
        names: set[str] = set()
        for one in self._chips:
            found = touched(self._circuit, one)
            names |= {*found.projections, *found.populations}
        made, projections, populations = circuit_figure(self._circuit, names)
        for source in (projections, populations):
            source.selected.on_change("indices", self._clicked(source))
        self._drawing.children = [made]
        self._rows.children = [self._chip(n) for n in range(len(self._chips))]
        self._write()

    def _chip(self, number: int) -> Any:
        one = self._chips[number]
        remove = Button(label="✕", width=36, name=f"remove {number}")

        def removed() -> None:
            del self._chips[number]
            self._show()
            self._changed(self.lesions)

        remove.on_click(removed)
        what = f"{one.verb} {one.detail} {one.where}".replace("  ", " ")
        if one.verb not in DOSED:
            return row(remove, paragraph(str(one)), sizing_mode="stretch_width")
        dose = Slider(start=0, end=1, step=0.05, value=one.amount, title=what, name=f"dose {number}",
                      sizing_mode="stretch_width")  # fmt: skip

        def dosed(attribute: str, old: float, new: float) -> None:
            self._chips[number] = replace(self._chips[number], amount=round(new, 4))
            self._write()
            self._changed(self.lesions)

        dose.on_change("value_throttled", dosed)
        return row(remove, dose, sizing_mode="stretch_width")

    def _write(self) -> None:
        from html import escape

        parts = [f'<p class="error">{escape(self._why)}</p>'] if self._why else []
        for one in self._chips:
            parts.append(f"<p>{escape(touched(self._circuit, one).summary)}</p>")
        self._text.text = "".join([*parts, self._command(self.lesions)])


def _spelt(name: str) -> str:
    """Write a name as a lesion's `where` has it."""
    return parse(name)[0].where
