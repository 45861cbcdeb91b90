"""`ctloop run prediction`: the pulvinar's prediction comes to resemble the outcome, or not.

Each seed is simulated untrained, trained epoch by epoch, and tested with frozen weights. Every epoch
is a file in the run folder, which is called unfinished until all is done; the same command goes on
with it. The stimulus paces the loop here, by construction (see `sims.stimuli.schedule`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from circuits.engine.simulate import refuse_if_too_large
from circuits.learning.learnt import LEARNT
from circuits.runs import store
from circuits.runs.run import RunData
from circuits.spec import Circuit, projections, save, with_projection
from sims.prediction import cortical_weights, measuring, results
from sims.prediction.declaration import CYCLES, CYCLES_REBER, PredictionRequest
from sims.prediction.epoch import Task, with_weights_of
from sims.prediction.seeds import folder_of, train_seeds
from sims.prediction.training import Course, Plan, load_course, name_of_test
from sims.runs.side_by_side import at_a_time, message
from sims.stimuli import sequences

if TYPE_CHECKING:
    from sims.experiments import Work

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
    folder, shown, seeds = work.folder, work.progress, request.seed_numbers
    _, circuit = request.circuits()
    refuse_if_too_large(circuit)
    plan = _plan(request)
    grammar = plan.task.grammar
    if any(folder.glob("seed-*/*.npz")):
        shown.note(f"going on with {folder}")
    workers = min(request.workers or at_a_time(circuit, request.engine), len(seeds))
    shown.note(message(request.engine, workers))
    train_seeds(circuit, plan, seeds, folder, workers, shown)
    shown.stage("measuring")
    courses = [load_course(folder_of(seed, folder), seed, plan.epochs) for seed in seeds]
    _write_trained(circuit, courses, folder)
    first = store.load(folder_of(seeds[0], folder) / name_of_test(plan.epochs))
    results.write(courses, grammar, circuit, folder)
    metrics = measuring.of_all(courses, grammar) | cortical_weights.of_all(courses, circuit)
    shown.done("measuring")
    meta = {**_facts(request, plan), "duration_ms": first.duration_ms}
    return replace(first, meta=meta, metrics=metrics)


def _plan(request: PredictionRequest) -> Plan:
    grammar = sequences.named(request.sequence)
    usual = CYCLES_REBER if grammar.name == "reber" else CYCLES
    return Plan(
        task=Task(
            grammar=grammar,
            item_ms=request.item_ms,
            jitter=request.jitter,
            contrast=request.contrast,
        ),
        epochs=request.epochs,
        cycles=request.cycles or usual,
        test_cycles=request.test_cycles,
        engine=request.engine,
    )


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


def _write_trained(circuit: Circuit, courses: Sequence[Course], folder: Path) -> None:
    """Save the trained circuit for other commands: what it learnt with every seed, learning no more."""
    for course in courses:
        for epoch in course.training[-1:]:
            circuit = with_weights_of(epoch, circuit, course.seed)
    frozen = with_projection(
        circuit, *(replace(p, plastic=False) for p in projections(circuit).values() if p.plastic)
    )
    if not frozen.graph.get(LEARNT):
        return
    path = folder / TRAINED
    path.unlink(missing_ok=True)
    save(frozen, path)
