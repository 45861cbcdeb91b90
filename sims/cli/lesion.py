"""`ctloop lesion`: lesions on paired seeds, compared with statistics."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from circuits.errors import CtloopError
from circuits.files import user_path
from sims.cli import many, options

if TYPE_CHECKING:
    from sims.cli.options import Commands
    from sims.lesions.battery import Battery

SEEDS = 12


def add(commands: Commands, name: str) -> None:
    """Add `lesion` to the command line, with the options of an experiment."""
    parser = commands.add_parser(
        "lesion",
        usage="ctloop lesion LESION ... [OPTIONS]",
        help="lesion pathways on many seeds and see, with statistics, what they were for",
        description="""\
Lesion pathways, cells or receptors and compare with the intact circuit, over paired seeds.

Cut two pathways and silence a nucleus:
  ctloop lesion "V1.L5IB->Pulvinar.TRC" "V2.L6CT->Pulvinar.TRC" TRN --seeds 12
How much of it is needed:
  ctloop lesion "V2.L6CT->Pulvinar.TRC" --dose 0,.25,.5,.75,1
What would be touched, without running:
  ctloop lesion "*.L6CT -> *" --dry-run
The lesions:
  cut A->B [.5]   scale A->B 1.5   silence CELLS [.5] [by current]   drive CELLS 200pA
  block NMDA [at A->B]   static A->B   freeze A->B   swap stp A->B with C->D
  rate_matched A->B   replay A->B [in time]   sham   ... from 2s to 3s
Any experiment, with its own options:
  ctloop lesion "V1.L5IB->Pulvinar.TRC" --experiment prediction --seed 40 --seeds 5 --epochs 2
The same command again goes on where it was stopped; nothing is simulated twice.""",
    )
    # Not "lesions": that is an option of the experiment, and the intact circuit must have none.
    parser.add_argument("to_lesion", nargs="*", metavar="LESION", help="see above")
    group = parser.add_argument_group("the battery")
    group.add_argument("--battery", type=user_path, metavar="FILE", help="a TOML file of lesions")
    group.add_argument(
        "--published", action="store_true", help="the published lesions, each with its criterion"
    )
    group.add_argument("--dose", metavar="D,D,...", help="doses from 0 to 1: 0,.25,.5,.75,1")
    group.add_argument(
        "--experiment",
        metavar="NAME",
        help=f"whose metrics are compared: {many.experiments()} (default: {many.USUAL})",
    )
    group.add_argument(
        "--dry-run", action="store_true", help="list what would be touched and run nothing"
    )
    request = many.options_request(name)
    options.add_request(parser, request, without=("lesions", "workers", "seeds"))
    if "without_l6" in request.__dataclass_fields__:
        many.add_without_l6(parser)
    many.add_many(parser, SEEDS)
    parser.set_defaults(act=partial(battery, name))


def battery(name: str, arguments: argparse.Namespace) -> None:
    """Run a battery as the command line asks for it.

    Raises
    ------
    CtloopError
        If that cannot be done; finished runs stay in the store.
    """
    if arguments.published:
        published(arguments)
        return
    planned = plan(name, arguments)
    if arguments.dry_run:
        print(dry(planned, arguments.store))
        return
    from sims.lesions.report import report

    if planned.warning() and not arguments.quiet:
        print(f"note: {planned.warning()}", file=sys.stderr)
    with options.run_folder(arguments.out, "lesion") as out:
        outcomes = many.run_many(arguments, planned.requests())
        text = report(planned, outcomes, out, command=sys.argv, figures=not arguments.no_figures)
    if not arguments.quiet:
        print(f"{text}\n\n{out}")


def plan(name: str, arguments: argparse.Namespace) -> Battery:
    """Read the battery out of the command line and its file; the command line wins.

    Raises
    ------
    CtloopError
        If a lesion names nothing, or an option cannot be.
    """
    from sims.lesions.battery import Battery, arms_of
    from sims.lesions.files import dry_run, read_battery

    doses = _numbers(arguments.dose)
    arms, from_file = (
        read_battery(arguments.battery, name, doses) if arguments.battery else ((), {})
    )
    if arguments.to_lesion:
        arms += arms_of(arguments.to_lesion, doses)
    if not arms:
        msg = 'nothing to lesion; write for example ctloop lesion "V1.L5IB -> Pulvinar.TRC"'
        raise CtloopError(msg)
    base = many.base_request(arguments, name, from_file)
    planned = Battery(arms, many.seeds_of(arguments, from_file.get("seeds", SEEDS)), base)
    dry_run(planned)  # a name that matches nothing is an error before anything runs
    return planned


def published(arguments: argparse.Namespace) -> None:
    """Run the published battery as the command line asks for it.

    Raises
    ------
    CtloopError
        If it is given lesions of the user's own, or cannot be run.
    """
    if arguments.to_lesion or arguments.battery or arguments.dose:
        msg = "--published brings its own lesions; give it without lesions, --battery and --dose"
        raise CtloopError(msg)
    from sims.lesions.battery import Battery, measured
    from sims.lesions.matching import chosen, match, sentences, series_battery
    from sims.lesions.matching import table as matching_table
    from sims.lesions.published import cell_by_cell, read, table, text

    rows, arms, series, from_file = read()
    name = str(from_file["experiment"])
    if arguments.experiment not in (None, name):
        msg = f"--published is about the experiment {name}, not {arguments.experiment}"
        raise CtloopError(msg)
    base = many.base_request(arguments, name, from_file)
    seeds = many.seeds_of(arguments, int(from_file["seeds"]))
    first = series_battery(series, base)
    if arguments.dry_run:
        fixed = Battery(arms, seeds, base)
        print(f"first, to match doses:\n{dry(first, arguments.store, warn=False)}")
        more = f"and {len(series)} arms at the doses that are chosen, with {seeds} seeds each"
        print(f"\nthen:\n{dry(fixed, arguments.store, warn=False)}\n{more}")
        return
    from sims.lesions.report import MATCHING, PUBLISHED, report

    with options.run_folder(arguments.out, "published") as out:
        doses = measured(first, many.run_many(arguments, first.requests()))
        points = [match(one, doses) for one in series]
        planned = Battery((*arms, *(chosen(p) for p in points)), seeds, base)
        outcomes = many.run_many(arguments, planned.requests())
        metrics = cell_by_cell(rows, planned, outcomes, measured(planned, outcomes))
        matched = "Matched:\n" + "\n".join(sentences(p) for p in points)
        judged = f"{text(rows, metrics)}\n\n{matched}"
        found = {
            PUBLISHED: table(rows, metrics),
            MATCHING: [r for p in points for r in matching_table(p)],
        }
        report(
            planned, outcomes, out, command=sys.argv, figures=not arguments.no_figures,
            more={"published.txt": judged}, tables=found,
        )  # fmt: skip
    if not arguments.quiet:
        print(f"{judged}\n\n{out}")


def dry(planned: Battery, store: Path, *, warn: bool = True) -> str:
    """List what each lesion would touch, and how many runs are to be made."""
    from sims.lesions.files import dry_run

    lines = [touch.summary for touch in dry_run(planned).values()]
    for arm in planned.arms:
        changes = [*arm.settings, *(f"{k} {v}" for k, v in arm.options)]
        lines += [f"{arm.name}: sets {', '.join(changes)}"] if changes else []
    lines.append(many.to_do(planned.requests(), store))
    return "\n".join([*lines, *([planned.warning()] if warn and planned.warning() else [])])


def _numbers(text: str | None) -> list[float]:
    if text is None:
        return []
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        msg = f"--dose takes numbers from 0 to 1, such as 0,.25,.5,.75,1, not {text!r}"
        raise CtloopError(msg) from None
