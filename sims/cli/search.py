"""`ctloop search`: the numbers of the circuit at which the goals of an experiment are met."""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from circuits.errors import CtloopError
from sims.cli import many, options
from sims.experiments import Request, experiment
from sims.experiments.option import refuse
from sims.report import progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from sims.cli.options import Commands
    from sims.runs.pool import Outcome
    from sims.search.plan import Search

SEEDS, CANDIDATES = 3, 60
_SEEDS_FORM = "a number, numbers or a range: 5, 1000-1004 or 3,7,11"


def add(commands: Commands, name: str) -> None:
    """Add `search` to the command line, with the options of an experiment."""
    parser = commands.add_parser(
        "search",
        usage="ctloop search EXPERIMENT --vary NAME=LOW..HIGH ... [OPTIONS]",
        help="search the numbers of the circuit at which the goals of an experiment are met",
        description="""\
Search the numbers of the circuit at which the goals of an experiment are met on all seeds.

For which drive and adaptation the pulvinar alternates at 5 Hz:
  ctloop search alternation --vary "V1.L5IB->Pulvinar.TRC.gain=1..8 log" \\
    --vary "V1.L5IB.b=40..120pA" --seeds 1000-1004 --candidates 60 --duration 4
What is varied:
  "V1.L5IB.b=40..120pA"      a range; "... log" spaces it by factors, "... whole" takes whole numbers
  "V1.L5IB.tau_w=*.5..2 log" times .5 to 2 what the circuit has
  "V1.*->Pulvinar.TRC.gain=*.5..2 log"   one factor on all projections that match
  "A.gain & B.gain=1..8", "A.fibres+modelled=2..24 whole"   numbers that move together
  "learning.rule=parallel|cascade"        a choice
What is aimed at, instead of the declared goals of the primary metrics:
  --goals "content_outcome>=.9" "theta_pulvinar_hz in 4.5..5.5" ".25<=l6_share_outcome<=.5" content_prediction
The same command with the same --out goes on where it was stopped. It needs pip install cmaes.""",
    )
    parser.add_argument("experiment", metavar="EXPERIMENT", help=many.experiments())
    group = parser.add_argument_group("the search")
    group.add_argument(
        "--vary",
        action="append",
        default=[],
        metavar="NAME=LOW..HIGH",
        help="see above; repeatable",
    )
    group.add_argument(
        "--goals", nargs="+", action="extend", default=[], metavar="GOAL",
        help="see above (default: the primary metrics that have a declared goal)",
    )  # fmt: skip
    group.add_argument(
        "--candidates", type=int, default=CANDIDATES, metavar="N",
        help=f"circuits that are tried (default: {CANDIDATES})",
    )  # fmt: skip
    group.add_argument(
        "--seeds", default=str(SEEDS), metavar="SEEDS",
        help=f"of every candidate: {_SEEDS_FORM}; a number counts from --seed on (default: {SEEDS})",
    )  # fmt: skip
    group.add_argument(
        "--screen", action="store_true",
        help="give up a candidate whose first seed is in the worse half of its batch, and worse than "
        "the best so far",
    )  # fmt: skip
    group.add_argument(
        "--worst", type=float, default=0.0, metavar="WEIGHT",
        help="weight of the worst seed in the score, 0 to 1; the mean has the rest (default: 0)",
    )  # fmt: skip
    group.add_argument(
        "--start", type=int, metavar="N",
        help="first candidates, spread evenly over the ranges (default: two batches)",
    )  # fmt: skip
    group.add_argument(
        "--batch", type=int, metavar="N",
        help="candidates made at a time after them (default: 4 + 3 ln of the number of ranges); "
        "more where many runs run at a time",
    )  # fmt: skip
    group.add_argument(
        "--search-seed",
        type=int,
        default=0,
        metavar="N",
        help="decides the candidates (default: 0)",
    )
    group.add_argument(
        "--go-on",
        action="store_true",
        help="go on after a candidate that meets all goals on all seeds",
    )
    group.add_argument("--dry-run", action="store_true", help="show the plan and run nothing")
    request = many.options_request(name)
    options.add_request(parser, request, without=("workers", "seeds"))
    if "without_l6" in request.__dataclass_fields__:
        many.add_without_l6(parser)
    many.add_places(parser.add_argument_group("the runs"))
    parser.set_defaults(act=partial(search, name))


def search(name: str, arguments: argparse.Namespace) -> None:
    """Search as the command line asks for it.

    Raises
    ------
    CtloopError
        If that cannot be done, or it was stopped; finished runs are kept.
    """
    asked = experiment(arguments.experiment).name
    if asked != name:  # the options were read as those of another experiment
        msg = f"write the experiment first: ctloop search {asked} --vary ..."
        raise CtloopError(msg)
    planned = plan(name, arguments)
    if arguments.dry_run:
        print(dry(planned))
        return
    from circuits.runs.resume import resume

    with options.run_folder(arguments.out, "search") as out:
        try:
            with resume(out, planned.identity()) as folder:
                text = _explore(planned, arguments, folder)
        except KeyboardInterrupt:
            msg = f"stopped; finished runs are kept: go on with the same command and --out {out}"
            raise CtloopError(msg) from None
    if not arguments.quiet:
        print(f"{text}\n\n{out}")


def _explore(planned: Search, arguments: argparse.Namespace, folder: Path) -> str:
    from sims.search.explore import Explorer
    from sims.search.ledger import Ledger
    from sims.search.report import finish, write_candidates

    with progress.choose(quiet=arguments.quiet) as shown:

        def run(requests: list[Request], done: Callable[[Outcome], None]) -> None:
            for outcome in many.run_here(arguments, requests, shown, done).values():
                done(outcome)  # those that were there already

        ledger = Ledger(folder)
        if len(ledger):
            shown.note(f"going on: {len(ledger)} runs are done")
        found = Explorer(
            planned, ledger, run, shown,
            changed=lambda found: write_candidates(planned, found, folder), go_on=arguments.go_on,
        ).explore()  # fmt: skip
        return finish(planned, found, folder, command=sys.argv, figures=not arguments.no_figures)


def plan(name: str, arguments: argparse.Namespace) -> Search:
    """Read the search out of the command line.

    Raises
    ------
    CtloopError
        If a range, a goal, a name or a number cannot be, or the optimiser is not installed.
    """
    from sims.search.goals import targets_of
    from sims.search.optimiser import LEAST_BATCH, require, usual_batch
    from sims.search.plan import Search, spelt_out
    from sims.search.ranges import read_range

    require()
    ranges = tuple(read_range(text) for text in arguments.vary)
    targets = targets_of(arguments.goals, experiment(name).metrics)
    many.check_places(arguments)
    base = many.base_request(arguments, name, {})
    seeds = seeds_of(arguments.seeds, base.seed)
    batch = usual_batch(len(ranges)) if arguments.batch is None else arguments.batch
    start = 2 * batch if arguments.start is None else arguments.start
    if batch < LEAST_BATCH:
        refuse("--batch", f"a whole number of {LEAST_BATCH} or more", batch)
    for option, number in (("--start", start), ("--candidates", arguments.candidates)):
        if number < 1:
            refuse(option, "a whole number of 1 or more", number)
    if not 0 <= arguments.worst <= 1:
        refuse("--worst", "a weight from 0 to 1", arguments.worst)
    if not 0 <= arguments.search_seed < 2**32:
        refuse("--search-seed", "a whole number from 0 to 4294967295", arguments.search_seed)
    planned = Search(
        ranges=spelt_out(ranges, base), targets=targets, seeds=seeds, base=replace(base, seed=seeds[0]),
        candidates=arguments.candidates, start=start, batch=batch, screen=arguments.screen,
        worst=arguments.worst, optimiser_seed=arguments.search_seed,
    )  # fmt: skip
    planned.check()
    return planned


def seeds_of(text: str, first: int) -> tuple[int, ...]:
    """Read seeds: how many from `first` on, a range "1000-1004", or a list "3,7,11".

    Raises
    ------
    CtloopError
        If it is none of them, or names a seed twice.
    """
    if re.fullmatch(r"\d+", text):
        found = list(range(first, first + min(int(text), many.MOST_SEEDS + 1)))
    elif re.fullmatch(r"\d+(-\d+)?(,\d+(-\d+)?)*", text):
        ends = [part.partition("-") for part in text.split(",")]
        found = [
            n
            for a, _, b in ends
            for n in range(int(a), min(int(b or a), int(a) + many.MOST_SEEDS) + 1)
        ]
        if "," in text and text.endswith(","):
            found = []
    else:
        found = []
    if not 1 <= len(found) <= many.MOST_SEEDS or len(set(found)) < len(found):
        refuse("--seeds", f"{_SEEDS_FORM}, none twice, at most {many.MOST_SEEDS}", repr(text))
    return tuple(found)


def dry(planned: Search) -> str:
    """Show what would be searched, and at most how much simulated."""
    asked = experiment(planned.base.experiment)
    one = planned.request(planned.candidate(1, (0.5,) * len(planned.ranges)), planned.seeds[0])
    seconds = sum(experiment(r.experiment).circuit_seconds(r) for r in (one, *asked.shared(one)))
    runs = (planned.candidates + 1) * len(planned.seeds)
    lines = [
        *(f"vary {r.path} = {r}" for r in planned.ranges),
        *(f"goal {t}, {t.scale:g} away counts a half" for t in planned.targets),
        f"{planned.candidates} candidates ({planned.start} spread evenly, then {planned.batch} at a time) "
        f"and the circuit as it is, seeds {', '.join(map(str, planned.seeds))}",
        f"at most {runs} runs; to simulate: at most {seconds * runs:g} circuit seconds",
    ]
    return "\n".join(lines)
