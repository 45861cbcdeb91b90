"""The view that starts runs and follows them, those of other terminals and of a cluster too."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from bokeh.layouts import column, row
from bokeh.models import Button, Select, Spinner, TextInput

from circuits.errors import CtloopError
from circuits.runs.place import at_work
from sims.experiments import listed
from sims.lab.folders import Folder
from sims.lab.jobs import Job, Jobs, Plan
from sims.lab.page import html
from sims.report.progress import clock_face
from sims.report.progress_file import read_progress

PICTURE = Path("figures") / "first_second.png"
MOST_SEED = 2**31 - 1


class RunView:
    """The form and the list of runs at work; `layout` is what the page shows.

    Parameters
    ----------
    folder : Folder
    jobs : Jobs
    plan : Plan
        What the form holds at first.
    changed : callable
        Called when the form has changed.
    show : callable
        Called with the address of a finished run that the user wants to look at.
    """

    def __init__(
        self,
        folder: Folder,
        jobs: Jobs,
        plan: Plan,
        changed: Callable[[], None],
        show: Callable[[str], None],
    ) -> None:
        self._folder, self._jobs, self._changed, self._show = folder, jobs, changed, show
        self._lesions = plan.lesions
        self._by_hand = self._filling = False
        self._experiment = Select(
            title="experiment", value=plan.experiment, options=[e.name for e in listed()], width=150
        )
        self._seed = Spinner(
            title="seed", value=plan.seed, low=0, high=MOST_SEED, step=1, width=110
        )
        self._more = TextInput(
            title="further options of ctloop run", value=plan.more, name="more", min_width=240,
            placeholder="--duration 4 --scale 0.005", sizing_mode="stretch_width",
        )  # fmt: skip
        for widget in (self._experiment, self._seed, self._more):
            widget.on_change("value", lambda attr, old, new: self._edited())
        self._start = Button(label="Start", button_type="primary", width=90, name="start")
        self._start.on_click(self._begin)
        self._text = html("", name="run_command")
        self._status = html("", name="status")
        self._buttons = row(sizing_mode="stretch_width", name="buttons")
        self._listed: list[tuple[Job, str]] = []
        self._why = ""
        self.layout = column(
            row(self._experiment, self._seed, self._more, sizing_mode="stretch_width",
                styles={"flex-wrap": "wrap"}),
            self._text, self._start, self._buttons, self._status, sizing_mode="stretch_width",
        )  # fmt: skip
        self._write()
        self.tick()

    @property
    def plan(self) -> Plan:
        """The run that the form describes."""
        return Plan(
            experiment=str(self._experiment.value),
            seed=int(self._seed.value or 0),
            lesions=self._lesions,
            more=str(self._more.value),
        )

    def take(self, plan: Plan) -> None:
        """Fill the form like another run, unless the user has written into it."""
        if not self._by_hand:
            self._filling = True
            self._experiment.value, self._seed.value, self._more.value = (
                plan.experiment,
                plan.seed,
                plan.more,
            )
            self._filling = False
            self._write()

    def lesion(self, lesions: tuple[str, ...]) -> None:
        """Take over the lesions that were clicked together."""
        self._lesions = lesions
        self._write()

    def command(self, lesions: tuple[str, ...]) -> str:
        """Write the commands for some lesions, HTML: one run, and a battery with statistics."""
        try:
            plan = replace(self.plan, lesions=lesions)
            text = f"<pre>{escape(plan.command())}</pre>"
        except CtloopError as error:
            return f'<p class="error">{escape(str(error))}</p>'
        if not lesions:
            return text
        from sims.lab.jobs import shown

        battery = shown(
            ["ctloop", "lesion", *lesions, "--experiment", plan.experiment, "--seeds", "12"]
        )
        return f"{text}<p>on paired seeds, with intervals:</p><pre>{escape(battery)}</pre>"

    def tick(self) -> None:
        """Follow the runs; the page is written to only where something has changed."""
        own = [(job, job.outcome()) for job in self._jobs.jobs]
        if own != self._listed:
            self._listed = own
            self._buttons.children = [
                b for job, outcome in own if (b := self._button(job, outcome))
            ]
        text = self._report(own)
        if text != self._status.text:
            self._status.text = text

    # --- what the user does ----------------------------------------------------------------------

    def _edited(self) -> None:
        if not self._filling:
            self._by_hand = True
            self._write()
            self._changed()

    def _begin(self) -> None:
        self._why = ""
        try:
            self._jobs.start(self.plan)
        except CtloopError as error:
            self._why = str(error)
        self.tick()

    def _button(self, job: Job, outcome: str) -> Any:
        name = job.out.name
        if not outcome:
            button = Button(
                label=f"Stop {name}", button_type="danger", name=f"stop {name}", width=170
            )
            button.on_click(job.stop)
            return button
        if outcome == "finished":
            button = Button(label=f"Look at {name}", name=f"look {name}", width=170)
            button.on_click(lambda: self._show(self._folder.address(job.out)))
            return button
        return None

    # --- what the page shows ---------------------------------------------------------------------

    def _write(self) -> None:
        self._text.text = self.command(self._lesions)

    def _report(self, own: list[tuple[Job, str]]) -> str:
        parts = [f'<p class="error">{escape(self._why)}</p>'] if self._why else []
        seen: set[Path] = set()
        for job, outcome in own:
            work = None if outcome else job.work_folder()
            if work is not None:
                seen.add(work)
            head = f"<p><b>{escape(job.out.name)}</b> <code>{escape(job.plan.command())}</code></p>"
            if outcome:
                bad = outcome not in ("finished", "stopped")
                parts.append(f'{head}<p class="{"error" if bad else "note"}">{escape(outcome)}</p>')
            else:
                parts.append(head + (follow(work) if work else '<p class="note">starting</p>'))
        for work in self._folder.at_work():
            if work not in seen:
                alive = at_work(work)
                state = (
                    ""
                    if alive
                    else '<p class="note">its process is not on this machine, or was stopped</p>'
                )
                parts.append(f"<p><b>{escape(work.name)}</b></p>{state}{follow(work)}")
        return "".join(parts) or '<p class="note">Nothing runs.</p>'


def follow(work: Path) -> str:
    """Write how far the run in a folder is, from the file that it keeps there, as HTML."""
    found = read_progress(work)
    try:
        lines = [] if found is None else _lines(found)
    except (TypeError, ValueError, AttributeError):  # another program's file, or another version's
        lines = []
    return "".join(lines) + _picture(work / PICTURE)


def _lines(found: Mapping[str, Any]) -> list[str]:
    lines = []
    for stage in found.get("stages", []):
        name, done, total = stage.get("name"), stage.get("done"), stage.get("total")
        left = "" if stage.get("left_s") is None else f", {clock_face(stage['left_s'])} left"
        share = min(1.0, done / total) if total and done else 0.0
        bar = (
            f'<div class="bar"><div style="width: {100 * share:.0f}%"></div></div>' if total else ""
        )
        lines.append(f"<p>{escape(str(name))}{f' {share:.0%}' if total else ''}{left}</p>{bar}")
    lines += [f'<p class="note">{escape(str(text))}</p>' for text in found.get("notes", [])[-3:]]
    return lines


def _picture(path: Path) -> str:
    try:
        return _encoded(path, path.stat().st_mtime_ns)
    except OSError:
        return ""


@lru_cache(maxsize=4)
def _encoded(path: Path, changed: int) -> str:
    data = base64.b64encode(path.read_bytes()).decode()
    return (
        f'<img style="max-height: 480px" alt="the first second" src="data:image/png;base64,{data}">'
    )
