"""`ctloop show RUN`: what a finished run measured, and its figures drawn again."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sims.alternation.metrics import GOALS, describe, goal_of
from sims.prediction import metric_table as prediction_words
from sims.report.tables import table

if TYPE_CHECKING:
    from sims.alternation.metrics import Goal
    from sims.cli.options import Commands

#: What the short table shows beside the metrics something is hoped of, if the run has it.
#: A name that ends in "*" stands for all that begin like it.
HEADLINES = ("prediction_ms", "outcome_ms", "bursts_per_s_l5ib", "content_chance", "epsp_*")
#: How the ending of a name reads as a unit, for metrics no table describes.
UNITS = {"hz": "Hz", "ms": "ms", "db": "dB", "mv": "mV", "ns": "nS", "pa": "pA", "pc": "pC"}


def add(commands: Commands) -> None:
    """Add `show` to the command line."""
    parser = commands.add_parser(
        "show",
        usage="ctloop show RUN [OPTIONS]",
        help="show what a finished run measured",
        description="""\
Show what a finished run measured.

The short table, and the long one:
  ctloop show runs/alternation-1
  ctloop show runs/alternation-1 --all
Draw its figures again, for instance after a change of style:
  ctloop show runs/alternation-1 --figures""",
    )
    parser.add_argument("run", type=Path, metavar="RUN", help="a run folder")
    parser.add_argument("--all", action="store_true", help="every metric")
    parser.add_argument("--figures", action="store_true", help="draw the figures again")
    parser.set_defaults(act=show)


def show(request: argparse.Namespace) -> None:
    """Show a finished run as the command line asks for it.

    Raises
    ------
    CtloopError
        If the folder is no finished run.
    """
    from circuits.runs.store import read_meta

    read_meta(request.run)
    if request.figures:
        import figures

        figures.draw_all(request.run)
        if (request.run / "prediction.json").is_file():
            from figures.prediction import curves as prediction

            prediction.draw_all(request.run)
    print_run(request.run, everything=request.all)


def print_run(run: Path, *, everything: bool = False) -> None:
    """Print a run's metrics and where it is.

    Parameters
    ----------
    run : Path
        The folder of a finished run.
    everything : bool
        All metrics, not the headlines alone.
    """
    from circuits.runs.store import read_meta, read_metrics

    meta, metrics = read_meta(run), read_metrics(run)
    chosen = metrics if everything else _headlines(metrics)
    rows = _rows(chosen, _goals(meta))
    print(table(_title(meta), ["metric", ">value", "unit", "goal"], rows))
    if len(chosen) < len(metrics):
        print(f"\n{len(metrics) - len(chosen)} more with --all, or in metrics.json")
    pictures = len(list((run / "figures").glob("*.png")))
    print(f"\n{run}" + (f"  ({pictures} figures in {run}/figures)" if pictures else ""))


def _headlines(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """Choose the metrics of the short table, in its order; where none is known, all but lists by seed."""
    chosen: dict[str, Any] = {}
    for name in [*GOALS, *HEADLINES]:
        if name.endswith("*"):
            chosen |= {k: v for k, v in metrics.items() if k.startswith(name[:-1])}
        elif name in metrics:
            chosen[name] = metrics[name]
    reasons = {f"{name}_reason" for name in chosen}
    return (chosen | {k: v for k, v in metrics.items() if k in reasons}) or {
        k: v for k, v in metrics.items() if not k.endswith("_per_seed")
    }


def _rows(
    metrics: Mapping[str, Any], goals: Callable[[str], Goal | None]
) -> list[tuple[str, str, str, str]]:
    """Give name, value, unit and remark: the goal and whether it held, or why there is no value."""
    rows: list[tuple[str, str, str, str]] = []
    for name, value in metrics.items():
        if name.endswith("_reason") and name.removesuffix("_reason") in metrics:
            continue
        goal = goals(name)
        number = value if isinstance(value, int | float) else None
        remark = (
            "" if goal is None else f"{'held' if goal.held(number) else 'MISSED'}: {_range(goal)}"
        )
        if value is None:
            remark = str(metrics.get(f"{name}_reason", "no reason given"))
        unit = describe(name)[0] or UNITS.get(name.rpartition("_")[2], "")
        rows.append((name, _number(value), unit, remark))
    return rows


def _range(goal: Goal) -> str:
    if math.isinf(goal.high):
        return f"above {goal.low:g}"
    return f"{goal.low:g} to {goal.high:g}"


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
    experiment = _experiment(meta)
    parts = [str(experiment.get("name", "run"))]
    for name, entries in (("condition", experiment), ("seed", meta), ("engine", meta)):
        if entries.get(name) is not None:
            parts.append(f"{name} {entries[name]}")
    changes = [("lesion", meta.get("lesions")), ("set", meta.get("settings"))]
    parts += [f"{word} {change}" for word, given in changes for change in given or []]
    return ", ".join(parts)


def _experiment(meta: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give what `run.json` says of the experiment, which may be its name alone."""
    entry = meta.get("experiment") or {}
    return entry if isinstance(entry, Mapping) else {"name": entry}


def _goals(meta: Mapping[str, Any]) -> Callable[[str], Goal | None]:
    """Give what is hoped of this run; of a lesioned or otherwise changed circuit nothing is."""
    experiment = _experiment(meta)
    if not (meta.get("lesions") or meta.get("settings") or experiment.get("control")):
        if experiment.get("condition") == "conflict":
            return goal_of
        if experiment.get("name") == "prediction":
            return prediction_words.goals(str(experiment.get("sequence"))).get
    return lambda name: None
