"""`ctloop repeat RUN`: make a finished run again from its own `run.json`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from circuits.files import user_path
from sims.cli import options
from sims.cli.run import into_folder

if TYPE_CHECKING:
    from sims.cli.options import Commands


def add(commands: Commands) -> None:
    """Add `repeat` to the command line."""
    parser = commands.add_parser(
        "repeat",
        usage="ctloop repeat RUN [OPTIONS]",
        help="make a finished run again from its own run.json",
        description="""\
Make a finished run again: the experiment, its options, seed and engine are read from its run.json.

  ctloop repeat runs/alternation-1
On the same machine with the same version the metrics are the same to the last digit.""",
    )
    parser.add_argument("run", type=user_path, metavar="RUN", help="a run folder")
    options.add_output(parser)
    parser.set_defaults(act=repeat)


def repeat(arguments: argparse.Namespace) -> None:
    """Repeat a run as the command line asks for it.

    Raises
    ------
    CtloopError
        If the folder is no finished run, or is older than requests in run folders.
    """
    from circuits.runs.store import read_meta
    from sims.experiments import experiment
    from sims.runs.perform import request_of

    request = request_of(read_meta(arguments.run))
    request.check()
    into_folder(experiment(request.experiment), request, arguments)
