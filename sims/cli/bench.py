"""`ctloop bench`: how fast it is, beside what it could be and beside others."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from sims.benchmarks.metrics import PARTS, chosen
from sims.cli import options
from sims.report import progress

if TYPE_CHECKING:
    from sims.cli.options import Commands


def add(commands: Commands) -> None:
    """Add `bench` to the command line."""
    parts = "\n".join(f"  {part.name:<12}{part.question}" for part in PARTS)
    parser = commands.add_parser(
        "bench",
        usage="ctloop bench [OPTIONS]",
        help="how fast it is and what it takes, beside hand-written C++, NEST and plain Brian2",
        description=f"""\
Measure how fast it is and what it takes, with ratios of two sides that run in turn.

{parts}

  ctloop bench
  ctloop bench --quick
  ctloop bench --only floor,kinase
Run it on an idle machine: it takes less than 40 minutes. --quick shows that all works, not how fast it is.
The folder holds bench.json (key: number), bench.csv (the table), machine.json and figures/bench.png, and is
written anew after every part.""",
    )
    parser.add_argument("--only", metavar="PART,PART,...", help="some parts alone (default: all)")
    parser.add_argument(
        "--quick", action="store_true", help="one repetition of small sizes, less than a minute"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="list metrics and goals and measure nothing"
    )
    options.add_output(parser)
    parser.set_defaults(act=bench)


def bench(arguments: argparse.Namespace) -> None:
    """Measure as the command line asks for it.

    Raises
    ------
    CtloopError
        If there is no such part, or no folder for the results.
    """
    parts = chosen(arguments.only or "")
    if arguments.dry_run:
        from sims.report.tables import table

        rows = [(m.key, str(m.goal or ""), m.meaning) for part in parts for m in part.metrics]
        print(table("What would be measured", ("metric", "goal", "meaning"), rows))
        return
    from sims.benchmarks.bench import bench as measure
    from sims.benchmarks.sides import FULL, QUICK

    size = QUICK if arguments.quick else FULL
    only = [f"--only {arguments.only}"] if arguments.only else []
    about = " ".join(["ctloop bench", *(["--quick"] if size.quick else []), *only])
    with (
        options.run_folder(arguments.out, "bench") as folder,
        progress.choose(quiet=arguments.quiet) as shown,
    ):
        report = measure(parts, size, folder, shown, about)
        if not arguments.no_figures and any(r["value"] is not None for r in report.records()):
            report.draw()
    if not arguments.quiet:
        print(f"{report.table().text()}\n\n{folder}", file=sys.stdout)
