"""`ctloop show RUN`: what a finished run measured, and its figures drawn again."""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from circuits.errors import CtloopError
from circuits.files import system_number, unwritable, user_path
from sims.experiments import Experiment, experiment
from sims.experiments.experiment import facts_of
from sims.measures.metric import Goal, MetricTable, none_hoped
from sims.report.tables import table

if TYPE_CHECKING:
    from circuits.runs.store import RunData
    from sims.cli.options import Commands


def add(commands: Commands) -> None:
    """Add `show` to the command line."""
    parser = commands.add_parser(
        "show",
        usage="ctloop show RUN [OPTIONS]",
        help="show what a finished run measured",
        description="""\
Show what a finished run measured.

The short table, and the long one with the meaning of every metric:
  ctloop show runs/alternation-1
  ctloop show runs/alternation-1 --all
Draw its figures again, for instance after a change of style:
  ctloop show runs/alternation-1 --figures
To zoom and scrub, in one file that opens offline (needs the extra lab):
  ctloop show runs/alternation-1 --html run.html
A recording beside it, rates, spectra and current source density (in its figures/beside.png):
  ctloop show runs/alternation-1 --beside session.nwb""",
    )
    parser.add_argument("run", type=user_path, metavar="RUN", help="a run folder")
    parser.add_argument("--all", action="store_true", help="every metric, with its meaning")
    parser.add_argument("--figures", action="store_true", help="draw the figures again")
    parser.add_argument(
        "--html", type=user_path, metavar="FILE", help="write its views into one HTML file"
    )
    parser.add_argument(
        "--beside", type=user_path, metavar="FILE", help="a recording to put next to it (NWB)"
    )
    parser.set_defaults(act=show)


def show(request: argparse.Namespace) -> None:
    """Show a finished run as the command line asks for it.

    Raises
    ------
    CtloopError
        If the folder is no finished run.
    """
    from circuits.runs.store import load, read_meta

    meta = read_meta(request.run)
    if request.figures:
        known = _experiment(meta)
        if known is None or not known.draw:
            msg = f"{request.run} is no run of an experiment with figures"
            raise CtloopError(msg)
        _draw(known, load(request.run), request.run)
    if request.html is not None:
        _write_html(request.run, request.html)
        return
    if request.beside is not None:
        _beside(request.run, request.beside)
        return
    print_run(request.run, everything=request.all)


def _write_html(folder: Path, file: Path) -> None:
    """Write the views of a run into one file that opens offline."""
    from sims.cli.lab import need_bokeh
    from sims.cli.options import check_new_file

    check_new_file("--html", file)
    need_bokeh()
    from sims.lab.file import write_html

    try:
        write_html(folder, file)
    except OSError as error:
        raise unwritable(file, error) from error
    print(file)


def _beside(folder: Path, file: Path) -> None:
    """Print a run and a recording side by side, and draw them into the run's figures."""
    from circuits.runs.store import load
    from sims.cli.beside import side_by_side
    from sims.recordings.recording import read_recording

    recording, run = read_recording(file), load(folder)
    print(side_by_side(run, recording))
    from figures.run.beside import beside
    from figures.style.canvas import write

    picture = folder / "figures" / "beside.png"
    try:
        write(beside(run, recording, file.name), picture)
    except OSError as error:
        raise unwritable(picture, error) from error
    print(f"\n{picture}")


def _draw(known: Experiment, run: RunData, folder: Path) -> None:
    try:
        known.draw_into(run, folder)
    except OSError as error:
        if system_number(error) is None:
            raise
        msg = (
            f"{unwritable(folder / 'figures', error)}; or copy the run and draw the copy's figures"
        )
        raise CtloopError(msg) from error
    except (KeyError, ValueError) as error:
        if "request" in run.meta:
            raise
        msg = f"the figures of {folder} cannot be drawn: an older version made it, without what they show"
        raise CtloopError(msg) from error


def no_figures(run: Path) -> str | None:
    """Say why a finished run has no figures, None if it has some or none were to be drawn."""
    from circuits.runs.store import read_meta

    why = read_meta(run).get("figures_reason")
    if why is None or _pictures(run):
        return None
    return f"the figures could not be drawn ({why}); try ctloop show {run} --figures"


def _pictures(run: Path) -> int:
    return len(list((run / "figures").glob("*.png")))


def print_run(run: Path, *, everything: bool = False) -> None:
    """Print a run's metrics and where it is.

    Parameters
    ----------
    run : Path
        The folder of a finished run.
    everything : bool
        All metrics and their meanings, not the headlines alone.
    """
    from circuits.runs.store import read_meta, read_metrics

    meta, metrics = read_meta(run), read_metrics(run)
    known = _experiment(meta)
    described = MetricTable(()) if known is None else known.metrics
    names = list(metrics) if everything else described.headlines(metrics)
    chosen = [
        n for n in names if not (n.endswith("_reason") and n.removesuffix("_reason") in metrics)
    ]
    goals = none_hoped if known is None else known.goals(meta)
    rows = [_row(name, metrics, described, goals(name)) for name in chosen]
    last = "goal"
    if everything:
        last = "goal; meaning"
        meanings = (described.describe(name)[1] for name in chosen)
        rows = [
            (*row[:3], "; ".join(filter(None, (row[3], meaning))))
            for row, meaning in zip(rows, meanings, strict=True)
        ]
    print(table(_title(meta), ["metric", ">value", "unit", last], rows))
    left = [n for n in metrics if n not in chosen and not n.endswith("_reason")]
    if left:
        print(f"\n{len(left)} more with --all, or in metrics.json")
    missing = no_figures(run)
    if missing is not None:
        print(f"\n{missing}")
    pictures = _pictures(run)
    print(f"\n{run}" + (f"  ({pictures} figures in {run}/figures)" if pictures else ""))


def _row(
    name: str, metrics: Mapping[str, Any], described: MetricTable, goal: Goal | None
) -> tuple[str, str, str, str]:
    """Give name, value, unit and remark: the goal and whether it held, or why there is no value."""
    value = metrics[name]
    remark = ""
    if value is None:
        remark = str(metrics.get(f"{name}_reason", "no reason given"))
    elif goal is not None:
        number = value if isinstance(value, int | float) else None
        remark = f"{'held' if goal.held(number) else 'MISSED'}: {goal}"
    return name, _number(value), described.describe(name)[0], remark


def _number(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if isinstance(value, int) or not math.isfinite(value):
        return str(value)
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


def _title(meta: Mapping[str, Any]) -> str:
    """Say in one line what was run."""
    facts = facts_of(meta)
    parts = [str(facts.get("name", "run"))]
    for name, entries in (("condition", facts), ("seed", meta), ("engine", meta)):
        if entries.get(name) is not None:
            parts.append(f"{name} {entries[name]}")
    changes = [("lesion", meta.get("lesions")), ("set", meta.get("settings"))]
    parts += [f"{word} {change}" for word, given in changes for change in given or []]
    return ", ".join(parts)


def _experiment(meta: Mapping[str, Any]) -> Experiment | None:
    """Give the experiment of a run; None for a battery, a sweep, or one there is not."""
    try:
        return experiment(str(facts_of(meta).get("name")))
    except CtloopError:
        return None
