"""`ctloop export`: a run or a circuit in the files of other programs."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from circuits.files import user_path
from sims.cli import options
from sims.export.formats import FORMATS, format_named

if TYPE_CHECKING:
    from sims.cli.options import Commands


def add(commands: Commands) -> None:
    """Add `export` to the command line."""
    parser = commands.add_parser(
        "export",
        usage="ctloop export RUN|CIRCUIT --to FORMAT FILE|DIR [OPTIONS]",
        help="write a run or a circuit in the files of other programs: NWB, SONATA, NIR",
        description="""\
Write a finished run or a circuit in the files of other programs. Nothing is simulated.

A run with spikes, field potential, cycles and stimulus, for NWB readers:
  ctloop export runs/alternation-1 --to nwb run.nwb
The circuit of a run with its spikes, or of a file, for SONATA readers; for bmtk on NEST:
  ctloop export runs/alternation-1 --to sonata network
  ctloop export mine.json --to sonata network --seed 3
  ctloop export mine.json --to sonata network --dialect allen
The structure alone, for neuromorphic tools; what is dropped is listed:
  ctloop export mine.json --to nir mine.nir""",
    )
    parser.add_argument(
        "source", metavar="RUN|CIRCUIT", type=user_path,
        help="a run folder, or a file from ctloop circuit --save",
    )  # fmt: skip
    parser.add_argument("out", metavar="FILE|DIR", type=user_path, help="what is made; new")
    parser.add_argument(
        "--to", metavar="FORMAT", required=True, dest="format",
        help="; ".join(f"{name} ({f.about})" for name, f in FORMATS.items()),
    )  # fmt: skip
    parser.add_argument(
        "--seed", type=int, metavar="N",
        help="of a circuit file's wiring and first state (default: 0); a run has its own",
    )  # fmt: skip
    group = parser.add_argument_group("sonata")
    group.add_argument(
        "--dialect", metavar="NAME",
        help="brian2 (equations, exact), allen (models of NEST, for bmtk) (default: brian2)",
    )  # fmt: skip
    group = parser.add_argument_group("nwb")
    group.add_argument(
        "--experimenter", metavar="NAME", help='"Last, First" (default: ctloop, simulation)'
    )
    group.add_argument("--institution", metavar="NAME", help="default: none (simulated)")
    parser.set_defaults(act=export)


def export(request: argparse.Namespace) -> None:
    """Export as the command line asks for it.

    Raises
    ------
    CtloopError
        If that cannot be done; nothing is left behind then.
    """
    chosen = format_named(request.format)
    options.check_new_file("export", request.out)

    from sims.export.source import read_source

    source = read_source(request.source, request.seed)
    lines = chosen.write(source, request.out, vars(request))
    print(f"wrote {request.out}")
    for line in lines:
        print(f"  {line}")
