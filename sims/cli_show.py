"""`ctloop show RUN`: what a finished run measured, and its figures drawn again."""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sims.cli_tables import table

if TYPE_CHECKING:
    from sims.cli_options import Commands

#: What the short table shows, experiment by experiment, if the run has it. A name that ends in
#: "*" stands for all that begin like it.
HEADLINES = (
    "theta_l5ib_hz",
    "theta_pulvinar_hz",
    "theta_prominence_db",
    "l6_share_prediction",
    "l6_share_outcome",
    "content_prediction",
    "content_outcome",
    "content_chance",
    "relay_prediction_hz",
    "relay_prediction_without_l6_hz",
    "prediction_ms",
    "outcome_ms",
    "bursts_per_s_l5ib",
    "epsp_*",
)
#: How the ending of a metric's name reads as a unit.
UNITS = {
    "hz": "Hz",
    "ms": "ms",
    "s": "s",
    "db": "dB",
    "mv": "mV",
    "ns": "nS",
    "pa": "pA",
    "pc": "pC",
    "uv": "uV",
    "um": "um",
    "deg": "deg",
}


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
    from circuits.store import read_meta

    read_meta(request.run)
    if request.figures:
        import figures

        figures.draw_all(request.run)
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
    from circuits.store import read_meta, read_metrics

    meta, metrics = read_meta(run), read_metrics(run)
    chosen = metrics if everything else _headlines(metrics)
    print(_table(chosen, _title(meta)))
    if len(chosen) < len(metrics):
        print(f"{len(metrics) - len(chosen)} more with --all, or in metrics.json")
    pictures = len(list((run / "figures").glob("*.png")))
    print(f"\n{run}" + (f"  ({pictures} figures in {run}/figures)" if pictures else ""))


def _headlines(metrics: Mapping[str, Any]) -> dict[str, Any]:
    chosen: dict[str, Any] = {}
    for name in HEADLINES:
        if name.endswith("*"):
            chosen |= {k: v for k, v in metrics.items() if k.startswith(name[:-1])}
        elif name in metrics:
            chosen[name] = metrics[name]
    why_not = {f"{name}_reason" for name, value in chosen.items() if value is None}
    return (chosen | {k: metrics[k] for k in metrics if k in why_not}) or dict(metrics)


def _table(metrics: Mapping[str, Any], title: str) -> str:
    """Lay metrics out: name, value, unit; a missing value with its reason."""
    rows: list[tuple[str, str, str]] = []
    for name, value in metrics.items():
        if name.endswith("_reason") and name.removesuffix("_reason") in metrics:
            continue
        unit = UNITS.get(name.rpartition("_")[2], "")
        if value is None:
            unit = str(metrics.get(f"{name}_reason", "no reason given"))
        rows.append((name, _number(value), unit))
    return table(title, ["metric", ">value", "unit"], rows)


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
    parts = [str(meta.get("experiment", "run"))]
    for name in ("condition", "seed", "engine"):
        if meta.get(name) is not None:
            parts.append(f"{name} {meta[name]}")
    for lesion in meta.get("lesions") or []:
        parts.append(f"lesion {lesion}")
    return ", ".join(parts)
