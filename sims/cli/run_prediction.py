"""`ctloop run prediction`: the loop that learns to predict."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from circuits.errors import CtloopError
from sims.cli import options
from sims.cli import show as cli_show
from sims.runs import progress

if TYPE_CHECKING:
    from sims.cli.options import Commands, Parser

#: Cycles of an epoch by default, of Reber's grammar (as in Axon's deepfsa) and of the rest.
CYCLES_REBER, CYCLES = 196, 40
EPOCHS = 10


def add(experiments: Commands) -> None:
    """Add `run prediction` to the command line."""
    parser = experiments.add_parser(
        "prediction",
        help="does the pulvinar learn to show the next item before it comes?",
        description="""\
Does the pulvinar learn to show the next item before it comes?

The loop of 8 orientations, five seeds:
  ctloop run prediction --seeds 5
A loop that needs the last two items; Reber's grammar; no order at all:
  ctloop run prediction --sequence second-order --memory
  ctloop run prediction --sequence second-order --memory --lesion "V2.L6CC -> V2.L6CT #memory"
  ctloop run prediction --sequence reber --memory --epochs 60
  ctloop run prediction --sequence shuffled
Your own sequence or grammar, at another pace:
  ctloop run prediction --sequence mine.toml --item-ms 250
A control, a lesion, another rule on the same synapses:
  ctloop run prediction --control peeking
  ctloop run prediction --lesion "V1.L5IB -> Pulvinar.TRC"
  ctloop run prediction --set learning.rule=hebb
Stopped? The same command with the same --out goes on. Then use what it learnt:
  ctloop run prediction --out runs/mine --epochs 30
  ctloop run alternation --circuit runs/mine/trained.json

mine.toml:
  items = ["A", "B", "A", "C"]
  [symbols]
  A = 0
  B = 60
  C = 120
or instead of the items, a grammar: from each state, the symbols that may come and where they lead
  [grammar]
  start = {A = "middle"}
  middle = {B = "middle", C = "start"}

The stimulus paces the loop here, by construction. Weights alone pass from one epoch to the next.""",
    )
    _add_task(parser)
    options.add_lesion(circuit := options.add_circuit(parser))
    circuit.add_argument(
        "--control",
        metavar="NAME",
        help="a named control: no drivers, frozen, no feedback, hebb, bcm, stdp, outcome first, "
        "peeking, no context",
    )
    circuit.add_argument(
        "--memory",
        action="store_true",
        help="layer 6 also holds the item before the last, by a slow loop of its two classes",
    )
    group = options.add_run(parser)
    group.add_argument(
        "--seeds", type=int, metavar="N", help="N seeds, from --seed on (default: 1)"
    )
    group.add_argument(
        "--workers", type=int, default=2, metavar="N", help="seeds at a time (default: 2)"
    )
    group.add_argument("--engine", metavar="NAME", help="cython, standalone, numpy")
    parser.set_defaults(act=prediction)


def _add_task(parser: Parser) -> None:
    group = parser.add_argument_group("what it sees and how long")
    group.add_argument(
        "--sequence",
        default="loop",
        metavar="WHAT",
        help="loop (default), second-order, irregular, reber, shuffled, or a file (.toml)",
    )
    group.add_argument(
        "--epochs", type=int, metavar="N", help=f"epochs of learning (default: {EPOCHS})"
    )
    group.add_argument(
        "--cycles",
        type=int,
        metavar="N",
        help=f"cycles of an epoch (default: {CYCLES}; reber: {CYCLES_REBER})",
    )
    group.add_argument(
        "--test-cycles",
        type=int,
        default=120,
        metavar="N",
        help="cycles with frozen weights: before, after, and after with one item in ten left out "
        "(default: 120)",
    )
    group.add_argument(
        "--item-ms", type=float, default=200.0, metavar="MS", help="mean time of an item (200)"
    )
    group.add_argument(
        "--jitter", type=float, default=0.1, metavar="FRACTION", help="its spread (default: .1)"
    )
    group.add_argument(
        "--contrast", type=float, default=1.0, metavar="FRACTION", help="from 0 to 1 (default: 1)"
    )


def prediction(request: argparse.Namespace) -> None:
    """Run the prediction experiment as the command line asks for it.

    Raises
    ------
    CtloopError
        If that cannot be done.
    """
    check(request)
    seeds = range(request.seed, request.seed + (request.seeds or 1))
    folder = options.run_folder(request.out, "prediction")

    from sims.prediction.controls import CONTROLS
    from sims.prediction.experiment import run_prediction
    from sims.stimuli.sequences import named
    from thalamus.loop import DEFAULT_SCALE

    if request.control is not None:
        options.check_name("control", request.control, list(CONTROLS))
    usual = CYCLES_REBER if named(request.sequence).name == "reber" else CYCLES
    try:
        with progress.choose(quiet=request.quiet) as shown:
            run_prediction(
                sequence=request.sequence,
                seeds=list(seeds),
                epochs=EPOCHS if request.epochs is None else request.epochs,
                cycles=request.cycles or usual,
                test_cycles=request.test_cycles,
                item_ms=request.item_ms,
                jitter=request.jitter,
                contrast=request.contrast,
                out=folder,
                control=request.control,
                lesions=request.lesions,
                settings=request.settings,
                scale=DEFAULT_SCALE if request.scale is None else request.scale,
                circuit_file=request.circuit_file,
                memory=request.memory,
                engine=request.engine,
                workers=request.workers,
                figures=not request.no_figures,
                progress=shown,
            )
    except KeyboardInterrupt:
        msg = f"stopped; whole epochs are kept: go on with the same command and --out {folder}"
        raise CtloopError(msg) from None
    if not request.quiet:
        cli_show.print_run(folder)


def check(request: argparse.Namespace) -> None:
    """Refuse what cannot be before the experiment is loaded.

    Raises
    ------
    CtloopError
        Naming the option and what it takes.
    """
    options.check_seed(request)
    options.check_circuit(request)
    options.check_contrast(request)
    if request.memory and request.circuit_file is not None:
        msg = "--circuit brings its own memory or none, --memory is for the usual one; give one of the two"
        raise CtloopError(msg)
    least = (
        ("--epochs", request.epochs, 0),
        ("--cycles", request.cycles, 1),
        ("--test-cycles", request.test_cycles, 10),
        ("--seeds", request.seeds, 1),
        ("--workers", request.workers, 1),
        ("--item-ms", request.item_ms, 50),
    )
    for option, value, low in least:
        if value is not None and not value >= low:
            msg = f"{option} takes a number of {low} or more, not {value:g}"
            raise CtloopError(msg)
    if not 0 <= request.jitter <= 0.9:
        msg = f"--jitter takes a fraction from 0 to .9, not {request.jitter:g}"
        raise CtloopError(msg)
