"""`ctloop cell NAME`: how a cell of the circuit fires by itself."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sims.cells.declaration import CELL
from sims.cli import options
from sims.cli.measure import add_table_output, measure

if TYPE_CHECKING:
    from sims.cli.options import Commands


def add(commands: Commands) -> None:
    """Add `cell` to the command line."""
    parser = commands.add_parser(
        "cell",
        usage="ctloop cell NAME [NAME ...] [OPTIONS]",
        help="the f-I curve and the rebound of a cell, beside published ones",
        description="""\
Inject currents into a cell of the circuit, without synapses and noise: its f-I curve, and its rebound
after a hyperpolarisation, beside what was published of such cells.

One cell; two; those of an area; all:
  ctloop cell V1.L5IB
  ctloop cell Pulvinar.TRC TRN.PUL
  ctloop cell V2
  ctloop cell "*" --out cells
With another number; of a circuit of yours:
  ctloop cell V1.L5IB --set V1.L5IB.b=80pA
  ctloop cell V1.L5IB --circuit mine.json
Other currents; held nearer to threshold and let go from other depths:
  ctloop cell V1.L23PV --highest 1000pA --step 20pA
  ctloop cell Pulvinar.TRC --hold -58 --below 12,22 --for 25,50,100,200""",
    )
    parser.add_argument(
        "names", nargs="+", metavar="NAME",
        help='a population, an area, or a pattern such as "*.L6CT"; "*" is all',
    )  # fmt: skip
    options.add_request(parser, CELL.request)
    add_table_output(parser)
    parser.set_defaults(act=partial(measure, CELL))
