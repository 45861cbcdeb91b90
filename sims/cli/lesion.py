"""`ctloop lesion`: lesions on paired seeds, and what each was for."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from circuits.errors import CtloopError
from sims.cli import options
from sims.cli.run import CONDITIONS
from sims.runs import progress

if TYPE_CHECKING:
    from sims.cli.options import Commands, Parser
    from sims.lesions.battery import Battery
    from sims.runs.request import Request

#: Where finished runs lie, by their address; shared by every battery and sweep.
STORE = Path("runs") / "store"
SEEDS = 12


def add(commands: Commands) -> None:
    """Add `lesion` to the command line."""
    parser = commands.add_parser(
        "lesion",
        usage="ctloop lesion LESION ... [OPTIONS]",
        help="lesion pathways on many seeds and see, with statistics, what they were for",
        description="""\
Lesion pathways, cells or receptors and see what each was for, over paired seeds.

Cut two pathways and silence a nucleus:
  ctloop lesion "V1.L5IB->Pulvinar.TRC" "V2.L6CT->Pulvinar.TRC" TRN --seeds 12
How much of it is needed:
  ctloop lesion "V2.L6CT->Pulvinar.TRC" --dose 0,.25,.5,.75,1
What would be touched, without running:
  ctloop lesion "*.L6CT -> *" --dry-run
The words there are:
  cut A->B [.5]   scale A->B 1.5   silence CELLS [.5] [by current]   drive CELLS 200pA
  block NMDA [at A->B]   static A->B   freeze A->B   swap stp A->B with C->D
  rate_matched A->B   replay A->B [in time]   sham   ... from 2s to 3s
The same command again goes on where it was stopped; nothing is simulated twice.""",
    )
    parser.add_argument("lesions", nargs="*", metavar="LESION", help="see above")
    group = parser.add_argument_group("the battery")
    group.add_argument("--battery", type=Path, metavar="FILE", help="a TOML file of lesions")
    group.add_argument(
        "--published", action="store_true", help="the published lesions, each with its criterion"
    )
    group.add_argument("--dose", metavar="D,D,...", help="doses from 0 to 1: 0,.25,.5,.75,1")
    group.add_argument(
        "--experiment", default="alternation", metavar="NAME", help="alternation (the default)"
    )
    group.add_argument(
        "--condition",
        metavar="NAME",
        help=f"{', '.join(CONDITIONS)} (default: conflict)",
    )
    group.add_argument(
        "--dry-run", action="store_true", help="list what would be touched and run nothing"
    )
    options.add_input(parser)
    options.add_circuit(parser)
    add_many(parser)
    parser.set_defaults(act=battery)


def add_many(parser: Parser) -> None:
    """Add the options of every command that runs many runs."""
    group = parser.add_argument_group("the runs")
    group.add_argument("--seeds", type=int, metavar="N", help=f"pairs (default: {SEEDS})")
    group.add_argument(
        "--duration", type=float, metavar="S", help="circuit seconds measured in each (default: 10)"
    )
    group.add_argument("--out", type=Path, metavar="DIR", help="the folder of the report")
    group.add_argument("--engine", metavar="NAME", help="the same for all runs")
    group.add_argument(
        "--workers", type=int, metavar="N", help="runs at a time (default: all processors)"
    )
    group.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="a Dask cluster, tcp://host:8786; start its workers with --no-nanny --nthreads 1",
    )
    group.add_argument(
        "--without-l6",
        action="store_true",
        help="run each circuit a second time without V2.L6CT -> Pulvinar, as ctloop run does "
        "(twice the cost; a lesion of that pathway shows the same with statistics)",
    )
    group.add_argument("--slurm", action="store_true", help="one SLURM job a run")
    group.add_argument(
        "--store", type=Path, default=STORE, metavar="DIR", help=f"finished runs (default: {STORE})"
    )
    group.add_argument("--no-figures", action="store_true", help="draw nothing")
    group.add_argument("--quiet", "-q", action="store_true", help="say only what went wrong")


def battery(request: argparse.Namespace) -> None:
    """Run a battery as the command line asks for it.

    Raises
    ------
    CtloopError
        If that cannot be done; finished runs stay in the store.
    """
    if request.published:
        from sims.lesions.published import run_published

        run_published(request)
        return
    options.check_contrast(request)
    options.check_circuit(request)
    planned = plan(request)
    if request.dry_run:
        print(dry(planned, request.store))
        return
    from sims.lesions.report import report

    out = options.run_folder(request.out, "lesion")
    if planned.warning() and not request.quiet:
        print(f"note: {planned.warning()}", file=sys.stderr)
    outcomes = run_many(request, planned.requests())
    said = report(planned, outcomes, out, command=sys.argv, figures=not request.no_figures)
    if not request.quiet:
        print(f"{said}\n\n{out}")


def plan(request: argparse.Namespace) -> Battery:
    """Read the battery out of the command line and its file; the command line wins."""
    from sims.lesions.battery import Battery, arms_of, dry_run, read_battery

    doses = _numbers(request.dose)
    arms, said = read_battery(request.battery) if request.battery else ((), {})
    if request.lesions:
        arms += arms_of(request.lesions, doses)
    if not arms:
        msg = 'nothing to lesion; write for example ctloop lesion "V1.L5IB -> Pulvinar.TRC"'
        raise CtloopError(msg)
    base = base_request(request, said)
    seeds = request.seeds if request.seeds is not None else int(said.get("seeds", SEEDS))
    if seeds < 1:
        msg = f"--seeds takes a whole number of 1 or more, not {seeds}"
        raise CtloopError(msg)
    planned = Battery(arms, seeds, base)
    dry_run(planned)  # a name that matches nothing is an error before anything runs
    return planned


def base_request(request: argparse.Namespace, said: dict[str, Any]) -> Any:
    """Give what all runs have in common."""
    from circuits.engine import choose as engine
    from sims.runs.request import Request

    def pick(name: str, default: Any) -> Any:
        given = getattr(request, name, None)
        return given if given is not None else said.get(name, default)

    chosen = engine.choose(pick("engine", None)).engine
    duration = float(said.get("duration_s", 10.0) if request.duration is None else request.duration)
    condition = pick("condition", "conflict")
    options.check_name("condition", condition, CONDITIONS)
    if not 0 < duration < float("inf"):
        msg = f"--duration takes a number of seconds above 0, not {duration:g}"
        raise CtloopError(msg)
    experiment = pick("experiment", "alternation")
    return Request(
        experiment=experiment,
        without_l6=request.without_l6 if experiment == "alternation" else None,
        condition=condition,
        duration_s=duration,
        settings=(*said.get("settings", ()), *request.settings),
        stimulus=pick("stimulus", None),
        contrast=request.contrast if "contrast" not in said else float(said["contrast"]),
        scale=pick("scale", None),
        engine=chosen,
        circuit_file=None if request.circuit_file is None else str(request.circuit_file),
    )


def _numbers(text: str | None) -> list[float]:
    try:
        return [float(part) for part in (text or "").split(",") if part.strip()]
    except ValueError:
        msg = f"--dose takes numbers from 0 to 1, such as 0,.25,.5,.75,1, not {text!r}"
        raise CtloopError(msg) from None


def run_many(request: argparse.Namespace, requests: list[Any]) -> Any:
    """Run what is not in the store yet, and say how much that is."""
    from sims.runs.executors import opener
    from sims.runs.pool import run_all

    # A run simulates one circuit after another, or two at a time where it is made without layer 6 too.
    processors = os.cpu_count() or 2
    workers = request.workers or max(1, processors // 2 if request.without_l6 else processors)
    slurm = request.store / "slurm" if request.slurm else None
    open_executor = opener(workers, scheduler=request.scheduler, slurm=slurm)
    with progress.choose(quiet=request.quiet) as shown:
        return run_all(
            requests,
            request.store.resolve(),  # a worker elsewhere has another current folder
            open_executor=open_executor,
            workers=10_000 if request.scheduler or slurm else workers,
            progress=shown,
        )


def dry(planned: Battery, store: Path) -> str:
    """Say what each lesion would touch, and how many runs there are to do."""
    from sims.lesions.battery import dry_run

    lines = [touch.summary for touch in dry_run(planned).values()]
    lines += [f"{arm.name}: sets {', '.join(arm.settings)}" for arm in planned.arms if arm.settings]
    lines.append(to_do(planned.requests(), store))
    return "\n".join([*lines, *([planned.warning()] if planned.warning() else [])])


def to_do(requests: Sequence[Request], store: Path) -> str:
    """Say how many runs there are, how many of them are done, and what the others cost."""
    from sims.runs.pool import finished
    from sims.runs.request import address, circuit_seconds, shared

    runs = {store / address(r): r for r in requests}
    left = {f: r for f, r in runs.items() if not finished(f)}
    first = {store / address(s): s for r in left.values() for s in shared(r)}
    left |= {f: s for f, s in first.items() if not finished(f)}
    said = f"{len(runs)} runs of {requests[0].duration_s:g} s, "
    said += f"{sum(f not in left for f in runs)} of them done"
    if first:
        said += f"; {len(first)} templates, {sum(f not in left for f in first)} of them done"
    return said + f"; to simulate: {sum(map(circuit_seconds, left.values())):g} circuit seconds"
