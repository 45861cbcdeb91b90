"""What the commands that run many runs share: where they run, which are done, which experiment."""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from circuits.errors import CtloopError
from circuits.files import read_text, user_path
from sims.cli import options
from sims.experiments import EXPERIMENTS, Request, experiment, listed
from sims.experiments.option import refuse
from sims.report import progress

if TYPE_CHECKING:
    from sims.cli.options import Parser
    from sims.report.progress import Progress
    from sims.runs.pool import Outcome

#: Where finished runs lie, by their address; shared by every battery and sweep.
STORE = Path("runs") / "store"
USUAL = "alternation"
#: More pairs than any effect needs; each of them is listed before the first one runs.
MOST_SEEDS = 10_000
#: Commands of which the experiment is the first word.
EXPERIMENT_FIRST = ("sweep", "search")
#: Options of an experiment that mean something else where many runs are made: how many, and at a time.
OF_MANY = ("seeds", "workers")


def asked_experiment(arguments: Sequence[str]) -> str:
    """Read which experiment a command line is about, before its options can be parsed.

    A command's options are those of its experiment, so the experiment has to be known first:
    `--experiment NAME`, the name after `sweep` or `search`, or the entry of a `--battery` file.
    """
    words = list(arguments)
    named = _after(words, "--experiment")
    if named is not None:
        return named
    first = words[0] if words else ""
    if (
        first in EXPERIMENT_FIRST
        and len(words) > 1
        and (words[1] in EXPERIMENTS or ":" in words[1])
    ):
        return words[1]
    file = _after(words, "--battery")
    if file is not None:
        try:
            content = tomllib.loads(read_text(user_path(file)))
        except (CtloopError, ValueError, RecursionError):  # reported when the file is read
            return USUAL
        return str(content.get("experiment", USUAL))
    return "evoked" if "--published" in words else USUAL


def _after(words: Sequence[str], option: str) -> str | None:
    for k, word in enumerate(words):
        if word == option and k + 1 < len(words):
            return words[k + 1]
        if word.startswith(option + "="):
            return word.partition("=")[2]
    return None


def experiments(kind: type[Request] = Request) -> str:
    """List the experiments whose requests are of a kind, for help texts: "alternation, evoked"."""
    return ", ".join(one.name for one in listed() if issubclass(one.request, kind))


def options_request(name: str) -> type[Request]:
    """Give the request whose options a command offers; of an unknown experiment the usual one's."""
    try:
        return experiment(name).request
    except CtloopError:  # the error is reported when the command is run
        return experiment(USUAL).request


def add_many(parser: Parser, seeds: int) -> None:
    """Add the options of every command that runs each of its circuits with some seeds."""
    group = parser.add_argument_group("the runs")
    group.add_argument(
        "--seeds", type=int, metavar="N", help=f"seeds, from --seed on (default: {seeds})"
    )
    add_places(group)


def add_places(group: argparse._ArgumentGroup) -> None:
    """Add where runs are made and lie, and where their report goes."""
    group.add_argument("--out", type=user_path, metavar="DIR", help="the folder of the report")
    group.add_argument(
        "--workers",
        type=int,
        metavar="N",
        help="runs at a time (default: what processors and memory allow)",
    )
    group.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="a Dask cluster, tcp://host:8786; start its workers with --no-nanny --nthreads 1",
    )
    group.add_argument("--slurm", action="store_true", help="one SLURM job a run")
    group.add_argument(
        "--store",
        type=user_path,
        default=STORE,
        metavar="DIR",
        help=f"finished runs (default: {STORE})",
    )
    group.add_argument("--no-figures", action="store_true", help="draw nothing")
    group.add_argument("--quiet", "-q", action="store_true", help="show errors only")


def add_without_l6(parser: Parser) -> None:
    """Add the switch that brings back the second run of an alternation."""
    parser.add_argument(
        "--without-l6",
        action="store_true",
        help="run each circuit a second time without V2.L6CT -> Pulvinar, as ctloop run does "
        "(twice the cost; a lesion of that pathway shows the same with statistics)",
    )


def base_request(arguments: argparse.Namespace, name: str, from_file: Mapping[str, Any]) -> Request:
    """Give what all runs have in common: what the command line gives, else the file, else the default.

    Parameters
    ----------
    arguments : Namespace
    name : str
        The experiment.
    from_file : mapping
        Options of the experiment that a battery file sets.

    Raises
    ------
    CtloopError
        If a value cannot be.
    """
    kind = experiment(name).request
    known = {f.name for f in fields(kind)} - set(OF_MANY)
    given = {k: v for k, v in options.given_options(arguments, kind).items() if k in known}
    merged = {k: v for k, v in from_file.items() if k in known} | given
    if "settings" in given and "settings" in from_file:  # of two for one number the last counts
        merged["settings"] = (*from_file["settings"], *given["settings"])
    if "without_l6" in known:  # a battery lesions that pathway for itself
        asked = bool(getattr(arguments, "without_l6", False))
        merged["without_l6"] = asked or merged.get("without_l6", False)
    base = kind.read(merged)
    base.check()
    return base


def seeds_of(arguments: argparse.Namespace, usual: int) -> int:
    """Give how many seeds are asked for.

    Raises
    ------
    CtloopError
        If it is not from 1 to `MOST_SEEDS`, or a place or number of runs cannot be.
    """
    seeds: int = usual if arguments.seeds is None else arguments.seeds
    if seeds < 1:
        msg = f"--seeds takes a whole number of 1 or more, not {seeds}"
        raise CtloopError(msg)
    if seeds > MOST_SEEDS:
        refuse("--seeds", f"a whole number of at most {MOST_SEEDS}", seeds)
    check_places(arguments)
    return seeds


def check_places(arguments: argparse.Namespace) -> None:
    """Refuse places and numbers of runs that cannot be, before anything runs.

    Raises
    ------
    CtloopError
        Naming the option and what it takes.
    """
    if arguments.workers is not None and arguments.workers < 1:
        refuse("--workers", "a whole number of 1 or more", arguments.workers)
    if arguments.scheduler is not None and arguments.slurm:
        msg = "--scheduler and --slurm are two places to run; give one"
        raise CtloopError(msg)
    if arguments.store.exists() and not arguments.store.is_dir():
        refuse("--store", "a folder", arguments.store)


def run_many(arguments: argparse.Namespace, requests: list[Request]) -> dict[Request, Outcome]:
    """Run what is not in the store yet, and show how much that is."""
    with progress.choose(quiet=arguments.quiet) as shown:
        return run_here(arguments, requests, shown)


def run_here(
    arguments: argparse.Namespace,
    requests: list[Request],
    shown: Progress,
    on_done: Callable[[Outcome], None] | None = None,
) -> dict[Request, Outcome]:
    """Run what is not in the store yet, where the command line says."""
    from sims.runs.executors import opener
    from sims.runs.pool import run_all
    from sims.runs.side_by_side import message, workers_for

    # A run simulates one circuit after another, or two at a time where it is made without layer 6 too.
    each = 2 if getattr(arguments, "without_l6", False) else 1
    workers = arguments.workers or workers_for(requests[0], each)
    engine = getattr(requests[0], "engine", "")
    if engine and not (arguments.scheduler or arguments.slurm):
        shown.note(message(engine, min(workers, len(requests)) * each))
    slurm = arguments.store / "slurm" if arguments.slurm else None
    return run_all(
        requests,
        arguments.store.resolve(),  # a worker elsewhere has another current folder
        open_executor=opener(workers, scheduler=arguments.scheduler, slurm=slurm),
        workers=10_000 if arguments.scheduler or slurm else workers,
        progress=shown,
        on_done=on_done,
    )


def to_do(requests: Sequence[Request], store: Path) -> str:
    """Count the runs, those that are done, and the circuit seconds of the others."""
    from sims.runs.address import address
    from sims.runs.pool import finished

    asked = experiment(requests[0].experiment)
    runs = {store / address(r): r for r in requests}
    left = {f: r for f, r in runs.items() if not finished(f)}
    first = {store / address(s): s for r in left.values() for s in asked.shared(r)}
    left |= {f: s for f, s in first.items() if not finished(f)}
    text = f"{len(runs)} runs, {sum(f not in left for f in runs)} of them done"
    if first:
        text += f"; {len(first)} templates, {sum(f not in left for f in first)} of them done"
    seconds = sum(experiment(r.experiment).circuit_seconds(r) for r in left.values())
    return text + (f"; to simulate: {seconds:g} circuit seconds" if seconds else "")
