"""`ctloop sweep`: any numbers of the spec over a grid."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from circuits.errors import CtloopError
from sims.cli import lesion as cli_lesion
from sims.cli import options

if TYPE_CHECKING:
    from sims.cli.options import Commands


def add(commands: Commands) -> None:
    """Add `sweep` to the command line."""
    parser = commands.add_parser(
        "sweep",
        usage="ctloop sweep EXPERIMENT --vary NAME=V,V,... [OPTIONS]",
        help="vary numbers of the circuit over a grid and see where a result lives",
        description="""\
Vary numbers of the circuit over a grid and see where a result lives.

Where the alternation lives:
  ctloop sweep alternation --vary "V1.L5IB->Pulvinar.TRC.D=300,500,1000,2350ms" \\
    --vary "V1.L5IB->Pulvinar.TRC.fibres+modelled=2,4,8" --vary "V2.L6CT.background=60,90,120pA"
Numbers joined by + move together: so many fibres, each simulated by itself.
The same command again goes on where it was stopped; nothing is simulated twice.""",
    )
    parser.add_argument("experiment", metavar="EXPERIMENT", help="alternation")
    parser.add_argument(
        "--vary",
        action="append",
        default=[],
        metavar="NAME=V,V,...",
        help="a number of the spec and its values; repeatable",
    )
    parser.add_argument("--condition", metavar="NAME", help="as in ctloop run (default: conflict)")
    parser.add_argument("--dry-run", action="store_true", help="count the runs and run nothing")
    options.add_lesion(options.add_circuit(parser))
    options.add_input(parser)
    cli_lesion.add_many(parser)
    parser.set_defaults(act=sweep)


def sweep(request: argparse.Namespace) -> None:
    """Run a sweep as the command line asks for it.

    Raises
    ------
    CtloopError
        If that cannot be done; finished runs stay in the store.
    """
    options.check_contrast(request)
    options.check_circuit(request)
    from dataclasses import replace

    from sims.lesions.sweep import Sweep, axis, report

    seeds = 3 if request.seeds is None else request.seeds
    if seeds < 1:
        msg = f"--seeds takes a whole number of 1 or more, not {seeds}"
        raise CtloopError(msg)
    base = cli_lesion.base_request(request, {})
    base = replace(base, lesions=tuple(request.lesions))
    planned = Sweep(tuple(axis(text) for text in request.vary), seeds, base)
    planned.check()
    if request.dry_run:
        print(cli_lesion.to_do(planned.requests(), request.store))
        return
    out = options.run_folder(request.out, "sweep")
    outcomes = cli_lesion.run_many(request, planned.requests())
    said = report(planned, outcomes, out, command=sys.argv, figures=not request.no_figures)
    if not request.quiet:
        print(f"{said}\n\n{out}")
