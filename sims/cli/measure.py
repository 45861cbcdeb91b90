"""`ctloop measure NAME`: analyses and benchmarks that give a table."""

from __future__ import annotations

import argparse
from functools import partial
from typing import TYPE_CHECKING

from circuits.files import user_path
from sims.cli import options
from sims.experiments.experiment import load
from sims.experiments.measurement import Measurement
from sims.experiments.measurements import MEASUREMENTS, measurement
from sims.report import progress

if TYPE_CHECKING:
    from sims.cli.options import Commands, Parser


def add(commands: Commands) -> None:
    """Add `measure` and all measurements to the command line."""
    parser = commands.add_parser(
        "measure",
        usage="ctloop measure NAME [OPTIONS]",
        help="answer a smaller question with a table: what limits learning, how fast it is",
        description="Answer a smaller question with simulations of its own and a table.",
    )
    names = parser.add_subparsers(title="measurements", prog="ctloop measure", metavar="NAME")
    for name in MEASUREMENTS:
        one = measurement(name)
        question = one.question[:1].upper() + one.question[1:]
        own = names.add_parser(
            name, help=one.question, description=f"{question}\n\n{one.examples}".rstrip()
        )
        options.add_request(own, one.request)
        add_table_output(own)
        own.set_defaults(act=partial(measure, one))


def add_table_output(parser: Parser) -> None:
    """Add where the table goes and how much is shown."""
    group = parser.add_argument_group("output")
    group.add_argument("--csv", type=user_path, metavar="FILE", help="write the table as CSV too")
    group.add_argument(
        "--out", type=user_path, metavar="DIR",
        help="write table, metrics and figures into this new folder",
    )  # fmt: skip
    group.add_argument("--quiet", "-q", action="store_true", help="show no progress")


def measure(one: Measurement, arguments: argparse.Namespace) -> None:
    """Measure as the command line asks for it and print the table.

    Raises
    ------
    CtloopError
        If that cannot be done.
    """
    given = options.given_options(arguments, one.request)
    if "names" in arguments:  # what a command takes without an option
        given["names"] = tuple(arguments.names)
    request = one.request(**given)
    request.check()
    if arguments.csv is not None:
        options.check_new_file("--csv", arguments.csv)
    if arguments.out is not None:
        options.check_new_file("--out", arguments.out)
    request.check_inputs()
    with progress.choose(quiet=arguments.quiet) as shown:
        table = one.measure(request, shown)
    print(table.text())
    if arguments.csv is not None:
        table.write(arguments.csv)
    if arguments.out is not None:
        table.write_folder(arguments.out)
        if one.draw:
            load(one.name, one.draw)(arguments.out)
