"""Train several seeds of one run, each in a process of its own, and show how far they are in cycles.

`sims.runs.pool` runs whole requests, each at its own address, and the number of epochs is part of an
address: a stopped run could not be taken up again with more epochs there.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from circuits.errors import CtloopError, Killed
from circuits.runs.plain import plain
from circuits.runs.whole_file import write_whole
from circuits.spec import Circuit
from sims.prediction import curve_file
from sims.prediction.decoding import learning_curve
from sims.prediction.epoch import Epoch
from sims.prediction.training import Course, Plan, train
from sims.runs.executors import close, end_when_told, opener

if TYPE_CHECKING:
    from sims.report.progress import Progress

POLL_S = 0.5
STAGE = "cycles"
_LOG = "progress.txt"


def folder_of(seed: int, folder: Path) -> Path:
    """Give the folder of a seed's epochs in that of the run."""
    return folder / f"seed-{seed}"


def train_seeds(
    circuit: Circuit,
    plan: Plan,
    seeds: Sequence[int],
    folder: Path,
    workers: int,
    shown: Progress,
) -> None:
    """Train every seed; what is there already is not simulated again.

    Parameters
    ----------
    circuit : Circuit
        Untrained.
    plan : Plan
    seeds : sequence of int
    folder : Path
        Of the run.
    workers : int
        Seeds at a time; 1 trains them in this process.
    shown : Progress

    Raises
    ------
    CtloopError
        What went wrong with a seed; whole epochs stay.
    """
    shown.stage(STAGE, plan.total_cycles * len(seeds))
    if workers == 1 or len(seeds) == 1:
        for k, seed in enumerate(seeds):
            before = k * plan.total_cycles
            train(
                circuit, plan, seed, folder_of(seed, folder),
                lambda done, before=before: shown.update(STAGE, before + done),  # type: ignore[misc]
                partial(_write_curve, plan, seed, folder_of(seed, folder)),
            )  # fmt: skip
    else:
        _in_processes(circuit, plan, seeds, folder, min(workers, len(seeds)), shown)
    shown.done(STAGE)


def _in_processes(
    circuit: Circuit,
    plan: Plan,
    seeds: Sequence[int],
    folder: Path,
    workers: int,
    shown: Progress,
) -> None:
    executor = opener(workers)()
    try:
        waiting = {s: executor.submit(_work, circuit, plan, s, folder_of(s, folder)) for s in seeds}
        while waiting:
            time.sleep(POLL_S)
            shown.update(STAGE, sum(_cycles_done(folder_of(s, folder)) for s in seeds))
            for seed in [s for s, future in waiting.items() if future.done()]:
                error = waiting.pop(seed).result()
                if error:
                    raise CtloopError(error)
    except BrokenExecutor as error:
        msg = "a seed's process was killed; was there enough memory? The same command goes on"
        raise Killed(msg) from error
    finally:
        close(executor)


def _work(circuit: Circuit, plan: Plan, seed: int, folder: Path) -> str:
    """Train one seed in a process of its own; give "" or what went wrong."""
    import logging
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    end_when_told()
    logging.getLogger("brian2").setLevel(logging.ERROR)
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / _LOG
    try:
        train(
            circuit, plan, seed, folder, lambda done: write_whole(log, f"{done}\n".encode()),
            partial(_write_curve, plan, seed, folder),
        )  # fmt: skip
    except CtloopError as error:
        return f"seed {seed}: {error}"
    return ""


def _write_curve(plan: Plan, seed: int, folder: Path, before: Epoch, training: list[Epoch]) -> None:
    """Write how far a seed has learnt, for who looks on."""
    so_far = Course(seed, before, training, before, before)
    curve = learning_curve(so_far, len(plan.task.grammar.symbols))
    with suppress(
        OSError
    ):  # a full disk ends a run when an epoch is written, not for want of a curve
        write_whole(folder / curve_file.FILE, json.dumps(plain(curve)).encode())


def _cycles_done(folder: Path) -> float:
    try:
        return float((folder / _LOG).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return 0.0
