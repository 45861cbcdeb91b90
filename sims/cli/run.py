"""`ctloop run EXPERIMENT`: check the options, run, show the table."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from typing import TYPE_CHECKING

from circuits.errors import CtloopError
from sims.cli import options, show
from sims.experiments import Experiment, Request, listed
from sims.report import progress

if TYPE_CHECKING:
    from sims.cli.options import Commands


def add(commands: Commands) -> None:
    """Add `run` and all experiments to the command line."""
    run = commands.add_parser(
        "run",
        usage="ctloop run EXPERIMENT [OPTIONS]",
        help="run an experiment; the result is a folder",
        description="Run an experiment. The result is a folder that ctloop show reads.",
    )
    experiments = run.add_subparsers(title="experiments", prog="ctloop run", metavar="EXPERIMENT")
    for one in listed():
        question = one.question[:1].upper() + one.question[1:]
        parser = experiments.add_parser(
            one.name, help=one.question, description=f"{question}\n\n{one.examples}"
        )
        options.add_request(parser, one.request)
        options.add_output(parser)
        parser.set_defaults(act=partial(run_experiment, one))


def run_experiment(one: Experiment, arguments: argparse.Namespace) -> None:
    """Run an experiment as the command line asks for it.

    Raises
    ------
    CtloopError
        If that cannot be done; nothing is written then.
    """
    request = one.request(**options.given_options(arguments, one.request))
    request.check()
    into_folder(one, request, arguments)


def into_folder(one: Experiment, request: Request, arguments: argparse.Namespace) -> None:
    """Make a run and show its table.

    Raises
    ------
    CtloopError
        If that cannot be done.
    """
    from sims.runs.perform import perform

    with options.run_folder(arguments.out, one.name) as folder:
        try:
            with progress.choose(quiet=arguments.quiet) as shown:
                finished = perform(
                    request, folder, progress=shown, figures=not arguments.no_figures
                )
        except KeyboardInterrupt:
            if one.resumes is None:
                raise
            msg = f"stopped; whole parts are kept: go on with the same command and --out {folder}"
            raise CtloopError(msg) from None
    if not arguments.quiet:
        show.print_run(finished)
    elif (missing := show.no_figures(finished)) is not None:
        print(f"ctloop: {missing}", file=sys.stderr)
