"""`ctloop run plasticity`: the in-vitro experiment on the kinase synapse."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from circuits.errors import CtloopError
from sims.cli import options
from sims.cli import show as cli_show
from sims.runs import progress

if TYPE_CHECKING:
    from sims.cli.options import Commands, Parser

#: What the experiment consists of; the first is always run.
PARTS = ("conditions", "map", "rivals", "predictions")


def add(experiments: Commands) -> None:
    """Add `run plasticity` to the command line."""
    parser = experiments.add_parser(
        "plasticity",
        help="does one synapse learn from a change of rate within 200 ms, as in vitro?",
        description="""\
Does one synapse learn from a change of rate within 200 ms, as in Jang et al. 2026?

The four published conditions, the maps, the rival rules, the predictions:
  ctloop run plasticity
Another protocol: two rates, or a tail that should reverse the sign:
  ctloop run plasticity --minus-hz 20 --plus-hz 40 --part conditions
  ctloop run plasticity --pattern 25,50,25 --part conditions
Shorter windows, random stimuli, a saturating calcium:
  ctloop run plasticity --window-ms 100 --poisson --rule cascade-saturating""",
    )
    _add_protocol(parser)
    _add_synapse(parser)
    options.add_run(parser)
    parser.set_defaults(act=plasticity)


def _add_protocol(parser: Parser) -> None:
    group = parser.add_argument_group("the protocol")
    group.add_argument("--minus-hz", type=float, metavar="HZ", help="rate in the first half")
    group.add_argument("--plus-hz", type=float, metavar="HZ", help="rate in the second half")
    group.add_argument(
        "--pattern",
        type=_rates,
        metavar="HZ,HZ,...",
        help="rates of any number of equal segments; 0 is silence",
    )
    group.add_argument(
        "--window-ms", type=float, default=200.0, metavar="MS", help="all segments (default: 200)"
    )
    group.add_argument(
        "--windows", type=int, default=10, metavar="N", help="windows a block (default: 10)"
    )
    group.add_argument(
        "--gap-ms", type=float, default=400.0, metavar="MS", help="after a window (default: 400)"
    )
    group.add_argument(
        "--blocks", type=int, default=1, metavar="N", help="blocks, 15 s apart (default: 1)"
    )
    group.add_argument("--poisson", action="store_true", help="random presynaptic stimuli")


def _add_synapse(parser: Parser) -> None:
    group = parser.add_argument_group("the synapses")
    group.add_argument("--cells", type=int, default=200, metavar="N", help="(default: 200)")
    group.add_argument(
        "--rule",
        default="cascade",
        metavar="NAME",
        help="cascade (default), parallel, cascade-saturating",
    )
    group.add_argument(
        "--readout",
        default="cycle",
        metavar="NAME",
        help="when it learns: cycle (the window's end, default), dendrite, silence",
    )
    group.add_argument(
        "--cap-scale", type=float, metavar="X", help="hold the CaP scale (default: fitted)"
    )
    group.add_argument(
        "--part",
        action="append",
        dest="parts",
        metavar="NAME",
        help="conditions, map, rivals, predictions; repeatable (default: all)",
    )


def plasticity(request: argparse.Namespace) -> None:
    """Run the plasticity experiment as the command line asks for it.

    Raises
    ------
    CtloopError
        If that cannot be done; nothing is written then.
    """
    options.check_seed(request)
    folder = options.run_folder(request.out, "plasticity")
    check(request)

    from sims.plasticity.experiment import run_plasticity

    with progress.choose(quiet=request.quiet) as shown:
        run_plasticity(
            out=folder,
            seed=request.seed,
            minus_hz=request.minus_hz,
            plus_hz=request.plus_hz,
            pattern=request.pattern,
            window_ms=request.window_ms,
            windows=request.windows,
            gap_ms=request.gap_ms,
            blocks=request.blocks,
            poisson=request.poisson,
            cells=request.cells,
            rule=request.rule,
            readout=request.readout,
            cap_scale=request.cap_scale,
            parts=tuple(request.parts or PARTS),
            figures=not request.no_figures,
            progress=_one_bar(shown),
        )
    if not request.quiet:
        cli_show.print_run(folder)


def check(request: argparse.Namespace) -> None:
    """Refuse a protocol or a name that is none before the experiment is loaded (a second).

    Raises
    ------
    CtloopError
        Saying what is wrong.
    """
    from circuits.learning.kinase.brian2_text import READOUTS
    from circuits.learning.kinase.rule import named_rule
    from sims.plasticity.protocol import Protocol

    named_rule(request.rule)
    options.check_name("read-out", request.readout, READOUTS)
    for part in request.parts or []:
        options.check_name("part of the experiment", part, PARTS)
    if (request.minus_hz is None) != (request.plus_hz is None):
        msg = "give both halves: --minus-hz and --plus-hz"
        raise CtloopError(msg)
    asked: list[tuple[float, ...]] = [(50.0, 50.0)]  # the timing is checked in any case
    asked += [(request.minus_hz, request.plus_hz)] if request.minus_hz is not None else []
    asked += [request.pattern] if request.pattern is not None else []
    for rates in asked:
        Protocol(
            rates,
            window_ms=request.window_ms,
            windows=request.windows,
            gap_ms=request.gap_ms,
            blocks=request.blocks,
        )


def _one_bar(shown: progress.Progress) -> Callable[[str, float], None]:
    """Show what is being done as notes, and how far it is in one bar."""
    last = ""
    shown.stage("plasticity", 1.0)

    def tell(text: str, fraction: float) -> None:
        nonlocal last
        if text != last:
            shown.note(text)
            last = text
        shown.update("plasticity", fraction)

    return tell


def _rates(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        msg = f"--pattern takes rates in Hz with commas between, as 25,50,25, not {text!r}"
        raise CtloopError(msg) from None
