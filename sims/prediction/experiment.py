"""`ctloop run prediction`: the pulvinar's prediction comes to resemble the outcome, or not.

Each seed is simulated untrained, trained epoch by epoch, and tested with frozen weights. Every epoch
is a file in the run folder, which is called unfinished until all is done; the same command goes on
with it. The stimulus paces the loop here, by construction (see `sims.stimuli.schedule`).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from circuits.engine.choose import choose
from circuits.engine.simulate import refuse_if_too_large
from circuits.errors import CtloopError
from circuits.learning.learnt import LEARNT
from circuits.runs import store
from circuits.runs.resume import resume, write_whole
from circuits.spec import (
    Circuit,
    fingerprint,
    load,
    projections,
    save,
    set_parameter,
    to_dict,
    with_projection,
)
from sims.prediction import metrics as prediction_metrics
from sims.prediction import results as prediction_pictures
from sims.prediction.controls import CONTROLS, Control
from sims.prediction.epoch import Task, hand_on
from sims.prediction.training import Course, Plan, load_course, total_cycles, train
from sims.runs.executors import close, end_when_told, opener
from sims.runs.request import versions
from sims.stimuli import sequences
from thalamus.loop import DEFAULT_SCALE
from thalamus.memory import with_memory
from thalamus.predictive import prediction_circuit, with_more

if TYPE_CHECKING:
    from sims.runs.progress import Progress

POLL_S = 0.5
TRAINED = "trained.json"


def run_prediction(
    *,
    sequence: str = "loop",
    seeds: Sequence[int] = (0,),
    epochs: int = 10,
    cycles: int = 40,
    test_cycles: int = 120,
    item_ms: float = 200.0,
    jitter: float = 0.1,
    contrast: float = 1.0,
    out: Path,
    control: str | None = None,
    lesions: Sequence[str] = (),
    settings: Sequence[str] = (),
    scale: float = DEFAULT_SCALE,
    circuit_file: Path | None = None,
    memory: bool = False,
    engine: str | None = None,
    workers: int = 2,
    figures: bool = True,
    progress: Progress | None = None,
) -> Path:
    """Run the prediction experiment into a run folder, or go on with one that was stopped.

    Parameters
    ----------
    sequence : str
        See `sims.stimuli.sequences.named`.
    seeds : sequence of int
    epochs, cycles, test_cycles : int
        Epochs of learning, cycles of each, cycles of the epochs before and after.
    item_ms, jitter, contrast : float
    out : Path
        The run folder to be.
    control : str, optional
        A name of `sims.prediction.controls.CONTROLS`.
    memory : bool
        Whether layer 6 also holds the item before the last (see `thalamus.memory`).
    lesions, settings, scale, circuit_file, engine, figures, progress
        As `sims.alternation.experiment.run_alternation` takes them. A trained circuit learns on from where it is.
    workers : int
        Seeds at a time; 1 runs them in this process.

    Returns
    -------
    Path
        The finished folder.

    Raises
    ------
    CtloopError
        For anything that cannot be done; what has been done stays for the next time.
    """
    from sims.runs.progress import SilentProgress

    shown = progress or SilentProgress()
    started = time.perf_counter()
    store.refuse_finished(out)
    grammar = sequences.named(sequence)
    circuit = _circuit(circuit_file, scale, settings, lesions, control, memory)
    refuse_if_too_large(circuit)
    chosen = choose(engine)
    task = Task(grammar=grammar, item_ms=item_ms, jitter=jitter, contrast=contrast)
    plan = Plan(
        task=task, epochs=epochs, cycles=cycles, test_cycles=test_cycles, engine=chosen.engine
    )
    asked = {
        "spec_hash": fingerprint(circuit),
        "sequence": [grammar.name, list(grammar.orientations_deg), str(grammar.states)],
        "cycles": cycles,
        "test_cycles": test_cycles,
        "item_ms": item_ms,
        "jitter": jitter,
        "contrast": contrast,
        "engine": chosen.engine,
    }
    if chosen.note:
        shown.note(chosen.note)
    with resume(out, asked) as folder:
        if any(folder.glob("seed-*/*.npz")):
            shown.note(f"going on with {folder}")
        _train_all(circuit, plan, seeds, folder, workers, shown)
        shown.stage("measuring")
        courses = [load_course(folder / f"seed-{seed}", seed) for seed in seeds]
        _write_trained(circuit, courses, folder)
        first = store.load(folder / f"seed-{seeds[0]}" / f"test-{epochs:04d}")
        about = {
            "experiment": {
                "name": "prediction",
                "sequence": grammar.name,
                "symbols": list(grammar.symbols),
                "orientations_deg": list(grammar.orientations_deg),
                "epochs": epochs,
                **{k: v for k, v in asked.items() if k not in ("spec_hash", "sequence", "engine")},
                "control": control,
                "memory": memory,
                "seeds": list(seeds),
                "paced_by": "the stimulus",
            },
            "duration_ms": first.duration_ms,
            "seed": seeds[0],
            "engine": chosen.engine,
            "engine_reason": chosen.reason,
            "lesions": list(lesions),
            "settings": list(settings),
            "scale": scale,
            "spec_hash": fingerprint(circuit),
            "spec": to_dict(circuit),
            "versions": versions(),
            "command": sys.argv,
            "wall_s": {"total": time.perf_counter() - started},
        }
        metrics = prediction_metrics.of_all(courses, grammar)
        prediction_pictures.write(courses, grammar, circuit, folder)
        run = replace(first, meta=about, metrics=metrics)
        shown.done("measuring")
        if figures:
            from figures.prediction import curves as drawing

            shown.stage("drawing")
            drawing.draw_all(folder)
            shown.done("drawing")
        store.write(run, folder)
    return out


def _circuit(
    file: Path | None,
    scale: float,
    settings: Sequence[str],
    lesions: Sequence[str],
    control: str | None,
    memory: bool,
) -> Circuit:
    from circuits.lesions import lesion

    circuit = prediction_circuit(scale) if file is None else load(file)
    circuit = with_memory(circuit) if memory else circuit
    asked = Control() if control is None else CONTROLS[control]
    circuit = with_more(circuit, *asked.added)
    for text in (*asked.settings, *settings):
        circuit = set_parameter(circuit, text)
    for text in (*asked.lesions, *lesions):
        circuit = lesion(circuit, text)
    return circuit


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
        raise CtloopError(msg) from error
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
