"""`ctloop sweep`: any numbers of the spec over a grid."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from typing import TYPE_CHECKING

from circuits.errors import CtloopError
from sims.cli import many, options
from sims.experiments import experiment

if TYPE_CHECKING:
    from sims.cli.options import Commands

SEEDS = 3


def add(commands: Commands, name: str) -> None:
    """Add `sweep` to the command line, with the options of an experiment."""
    parser = commands.add_parser(
        "sweep",
        usage="ctloop sweep EXPERIMENT --vary NAME=V,V,... [OPTIONS]",
        help="vary numbers of the circuit over a grid and see at which of them a result holds",
        description="""\
Vary numbers of the circuit over a grid and see at which of them a result holds.

For which depression, fibres and drive the pulvinar alternates:
  ctloop sweep alternation --vary "V1.L5IB->Pulvinar.TRC.D=300,500,1000,2350ms" \\
    --vary "V1.L5IB->Pulvinar.TRC.fibres+modelled=2,4,8" --vary "V2.L6CT.background=60,90,120pA"
Numbers joined by + move together: so many fibres, each simulated by itself. So do numbers of several
owners joined by &: "A.gain & B.gain=*.5,*1,*2".
What takes a word takes several: "learning.rule=cascade,hebb,bcm".
The same command again goes on where it was stopped; nothing is simulated twice.""",
    )
    parser.add_argument("experiment", metavar="EXPERIMENT", help=many.experiments())
    parser.add_argument(
        "--vary",
        action="append",
        default=[],
        metavar="NAME=V,V,...",
        help="a number of the circuit and its values; repeatable",
    )
    parser.add_argument("--dry-run", action="store_true", help="count the runs and run nothing")
    request = many.options_request(name)
    options.add_request(parser, request, without=("workers", "seeds"))
    if "without_l6" in request.__dataclass_fields__:
        many.add_without_l6(parser)
    many.add_many(parser, SEEDS)
    parser.set_defaults(act=partial(sweep, name))


def sweep(name: str, arguments: argparse.Namespace) -> None:
    """Run a sweep as the command line asks for it.

    Raises
    ------
    CtloopError
        If that cannot be done; finished runs stay in the store.
    """
    from sims.lesions.sweep import Sweep, axis
    from sims.lesions.sweep_report import report

    asked = experiment(arguments.experiment).name
    if asked != name:  # the options were read as those of another experiment
        msg = f"write the experiment first: ctloop sweep {asked} --vary ..."
        raise CtloopError(msg)
    base = many.base_request(arguments, name, {})
    axes = tuple(axis(text) for text in arguments.vary)
    planned = Sweep(axes, many.seeds_of(arguments, SEEDS), base)
    planned.check()
    if arguments.dry_run:
        print(many.to_do(planned.requests(), arguments.store))
        return
    with options.run_folder(arguments.out, "sweep") as out:
        outcomes = many.run_many(arguments, planned.requests())
        text = report(planned, outcomes, out, command=sys.argv, figures=not arguments.no_figures)
    if not arguments.quiet:
        print(f"{text}\n\n{out}")
