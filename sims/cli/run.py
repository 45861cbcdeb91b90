"""`ctloop run EXPERIMENT`: check the options, run, show the table."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from sims.cli import options
from sims.cli import run_plasticity as cli_plasticity
from sims.cli import run_prediction as cli_prediction
from sims.cli import show as cli_show
from sims.runs import progress

if TYPE_CHECKING:
    from sims.cli.options import Commands

CONDITIONS = ("conflict", "congruent", "none")


def add(commands: Commands) -> None:
    """Add `run` and its experiments to the command line."""
    run = commands.add_parser(
        "run",
        usage="ctloop run EXPERIMENT [OPTIONS]",
        help="run an experiment; the result is a folder",
        description="Run an experiment. The result is a folder that ctloop show reads.",
    )
    experiments = run.add_subparsers(title="experiments", prog="ctloop run", metavar="EXPERIMENT")
    _add_alternation(experiments)
    cli_plasticity.add(experiments)
    cli_prediction.add(experiments)


def _add_alternation(experiments: Commands) -> None:
    parser = experiments.add_parser(
        "alternation",
        help="does the pulvinar alternate between layer-6 prediction and layer-5IB outcome?",
        description="""\
Does the pulvinar alternate between layer-6 prediction and layer-5IB outcome, and how fast?

V1 sees one orientation while V2 expects another:
  ctloop run alternation
The same with a pathway cut, or half as strong:
  ctloop run alternation --lesion "V1.L5IB -> Pulvinar.TRC"
  ctloop run alternation --set "V2.L6CT->Pulvinar.TRC.gain=.5"
Your own movie, another seed, more seconds:
  ctloop run alternation --stimulus clip.gif --seed 3 --duration 30""",
    )
    seen = options.add_input(parser)
    seen.add_argument(
        "--condition",
        default="conflict",
        metavar="NAME",
        help="what V2 expects: conflict (another orientation than V1 sees, the default), "
        "congruent (the same), none",
    )
    options.add_lesion(options.add_circuit(parser))
    options.add_simulation(options.add_run(parser), duration_s=10.0)
    parser.set_defaults(act=alternation)


def alternation(request: argparse.Namespace) -> None:
    """Run the alternation experiment as the command line asks for it.

    Raises
    ------
    CtloopError
        If that cannot be done; nothing is written then.
    """
    options.check_name("condition", request.condition, CONDITIONS)
    options.check_seed(request)
    options.check_simulation(request)
    options.check_contrast(request)
    options.check_circuit(request)
    folder = options.run_folder(request.out, "alternation")

    from sims.alternation.experiment import run_alternation
    from thalamus.loop import DEFAULT_SCALE

    with progress.choose(quiet=request.quiet) as shown:
        finished = run_alternation(
            condition=request.condition,
            seed=request.seed,
            duration_s=request.duration,
            out=folder,
            lesions=request.lesions,
            settings=request.settings,
            stimulus=request.stimulus,
            contrast=request.contrast,
            scale=DEFAULT_SCALE if request.scale is None else request.scale,
            engine=request.engine,
            circuit_file=request.circuit_file,
            figures=not request.no_figures,
            progress=shown,
        )
    if not request.quiet:
        cli_show.print_run(finished)
