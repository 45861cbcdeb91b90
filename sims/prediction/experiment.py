"""`ctloop run prediction`: the pulvinar's prediction comes to resemble the outcome, or not.

Each seed is simulated untrained, trained epoch by epoch, and tested with frozen weights. Every epoch
is a file in the run folder, which is called unfinished until all is done; the same command goes on
with it. The stimulus paces the loop here, by construction (see `sims.stimuli.schedule`).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from circuits.engine.simulate import refuse_if_too_large
from circuits.errors import CtloopError, Killed
from circuits.learning.learnt import LEARNT
from circuits.runs import store
from circuits.runs.resume import write_whole
from circuits.runs.run import RunData
from circuits.spec import Circuit, projections, save, with_projection
from sims.prediction import measuring, results
from sims.prediction.declaration import CYCLES, CYCLES_REBER, PredictionRequest
from sims.prediction.epoch import Task, hand_on
from sims.prediction.training import Course, Plan, load_course, total_cycles, train
from sims.runs.executors import close, end_when_told, opener
from sims.stimuli import sequences

if TYPE_CHECKING:
    from sims.experiments import Work
    from sims.report.progress import Progress

POLL_S = 0.5
TRAINED = "trained.json"


def prediction(request: PredictionRequest, work: Work) -> RunData:
    """Train and test every seed of a request, or go on with what was begun.

    Parameters
    ----------
    request : PredictionRequest
    work : Work
        Its folder may hold whole epochs of a run that was stopped.

    Returns
    -------
    RunData
        The test of the first seed; metrics are those of `sims.prediction.metrics`.

    Raises
    ------
    CtloopError
        For anything that cannot be done; what has been done stays for the next time.
    """
    folder, shown = work.folder, work.progress
    grammar = sequences.named(request.sequence)
    _, circuit = request.circuits()
    refuse_if_too_large(circuit)
    task = Task(
        grammar=grammar, item_ms=request.item_ms, jitter=request.jitter, contrast=request.contrast
    )
    usual = CYCLES_REBER if grammar.name == "reber" else CYCLES
    plan = Plan(
        task=task,
        epochs=request.epochs,
        cycles=request.cycles or usual,
        test_cycles=request.test_cycles,
        engine=request.engine,
    )
    if any(folder.glob("seed-*/*.npz")):
        shown.note(f"going on with {folder}")
    seeds = request.seed_numbers
    _train_all(circuit, plan, seeds, folder, request.workers, shown)
    shown.stage("measuring")
    courses = [load_course(folder / f"seed-{seed}", seed) for seed in seeds]
    _write_trained(circuit, courses, folder)
    first = store.load(folder / f"seed-{seeds[0]}" / f"test-{request.epochs:04d}")
    results.write(courses, grammar, circuit, folder)
    shown.done("measuring")
    metrics = measuring.of_all(courses, grammar)
    meta = {**_facts(request, plan), "duration_ms": first.duration_ms}
    return replace(first, meta=meta, metrics=metrics)


def _facts(request: PredictionRequest, plan: Plan) -> dict[str, Any]:
    """Give what the run's meta data say besides the request."""
    grammar = plan.task.grammar
    return {
        "experiment": {
            "sequence": grammar.name,
            "symbols": list(grammar.symbols),
            "orientations_deg": list(grammar.orientations_deg),
            "epochs": plan.epochs,
            "cycles": plan.cycles,
            "test_cycles": plan.test_cycles,
            "item_ms": request.item_ms,
            "jitter": request.jitter,
            "contrast": request.contrast,
            "control": request.control,
            "memory": request.memory,
            "seeds": list(request.seed_numbers),
            "paced_by": "the stimulus",
        },
    }


def _train_all(
    circuit: Circuit,
    plan: Plan,
    seeds: Sequence[int],
    folder: Path,
    workers: int,
    shown: Progress,
) -> None:
    """Train every seed, several at a time if asked, and show how far they are in cycles."""
    total = total_cycles(plan) * len(seeds)
    shown.stage("cycles", total)
    if workers == 1 or len(seeds) == 1:
        for k, seed in enumerate(seeds):
            before = k * total_cycles(plan)
            train(
                circuit, plan, seed, folder / f"seed-{seed}",
                lambda done, before=before: shown.update("cycles", before + done),  # type: ignore[misc]
            )  # fmt: skip
        shown.done("cycles")
        return
    executor = opener(min(workers, len(seeds)))()
    try:
        waiting = {s: executor.submit(_work, circuit, plan, s, folder / f"seed-{s}") for s in seeds}
        while waiting:
            time.sleep(POLL_S)
            shown.update("cycles", sum(_told(folder / f"seed-{s}") for s in seeds))
            for seed in [s for s, future in waiting.items() if future.done()]:
                _raise(waiting.pop(seed).result())
    except BrokenExecutor as error:
        msg = "a seed's process was killed; was there enough memory? The same command goes on"
        raise Killed(msg) from error
    finally:
        close(executor)
    shown.done("cycles")


def _work(circuit: Circuit, plan: Plan, seed: int, folder: Path) -> str:
    """Train one seed in a process of its own; give "" or what went wrong."""
    import logging
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    end_when_told()
    logging.getLogger("brian2").setLevel(logging.ERROR)
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "progress.txt"
    try:
        train(circuit, plan, seed, folder, lambda done: write_whole(log, f"{done}\n".encode()))
    except CtloopError as error:
        return f"seed {seed}: {error}"
    return ""


def _told(folder: Path) -> float:
    try:
        return float((folder / "progress.txt").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return 0.0


def _raise(error: str) -> None:
    if error:
        raise CtloopError(error)


def _write_trained(circuit: Circuit, courses: Sequence[Course], folder: Path) -> None:
    """Save the trained circuit for other commands: what it learnt with every seed, learning no more."""
    for course in courses:
        for epoch in course.training[-1:]:
            circuit = hand_on(circuit, course.seed, epoch)
    frozen = with_projection(
        circuit, *(replace(p, plastic=False) for p in projections(circuit).values() if p.plastic)
    )
    if not frozen.graph.get(LEARNT):
        return
    path = folder / TRAINED
    path.unlink(missing_ok=True)
    save(frozen, path)
