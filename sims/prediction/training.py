"""Train one seed: before, epochs of learning, two tests; every epoch a file, found again after a stop.

Items are left out in a test of their own: the two or three predictions after a gap suffer from it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from circuits.analysis.spectra import population_rate_hz
from circuits.runs.run import RunData
from circuits.spec import Circuit, populations
from sims.prediction.epoch import Epoch, Task, hand_on, load, run_epoch, save
from sims.runs.assemble import cells_of, orientations

#: Numbers of the epochs without learning, apart from those of any training.
BEFORE, OMITTED, TEST = 1_000_000, 2_000_000, 3_000_000


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How long a seed is trained and tested.

    Attributes
    ----------
    task : Task
    epochs, cycles : int
        Epochs of learning and the cycles of each.
    test_cycles : int
        Cycles of each epoch in which the weights are frozen: before, with items left out, the test.
    engine : str
    """

    task: Task
    epochs: int
    cycles: int
    test_cycles: int
    engine: str


@dataclass(frozen=True, eq=False)
class Course:
    """What became of a seed; `omitted` is the test in which one item in ten is left out."""

    seed: int
    before: Epoch
    training: list[Epoch]
    omitted: Epoch
    test: Epoch


#: Called with the cycles done so far, out of all of this seed.
Report = Callable[[float], None]


def train(
    circuit: Circuit, plan: Plan, seed: int, folder: Path, report: Report | None = None
) -> tuple[Course, RunData | None]:
    """Train and test one seed, or go on with it.

    Parameters
    ----------
    circuit : networkx.MultiDiGraph
        Untrained, or with what it learnt before with this seed.
    folder : Path
        Where its epochs are: "before.npz", "epoch-0001.npz", ..., "omitted-<epochs>.npz" and
        "test-<epochs>.npz".

    Returns
    -------
    tuple
        The course, and the test as a run with its spikes (None if it was found done).
    """
    say = report or (lambda done: None)
    done = 0.0

    def epoch(path: Path, given: Circuit, n: int, episode: int, **how: bool) -> Epoch:
        nonlocal done
        if not path.is_file():
            start = done

            def tell(stage: str, fraction: float) -> None:
                say(start + n * fraction if stage == "simulating" else start)

            found, *_ = run_epoch(
                given, plan.task, n, seed, episode,
                latency_ms=latency, engine=plan.engine, report=tell, **how,
            )  # fmt: skip
            save(found, path)
        done += n
        say(done)
        return load(path)

    latency: float | None = None
    before = epoch(folder / "before.npz", circuit, plan.test_cycles, BEFORE, learns=False)
    latency = before.latency_ms
    training = []
    for k in range(1, plan.epochs + 1):
        one = epoch(folder / f"epoch-{k:04d}.npz", circuit, plan.cycles, k, learns=True)
        circuit = hand_on(circuit, seed, one)
        training.append(one)
    last = plan.epochs
    omitted = epoch(
        folder / f"omitted-{last:04d}.npz", circuit, plan.test_cycles, OMITTED + last,
        learns=False, omit=True,
    )  # fmt: skip
    # The test is simulated again if its spikes are not kept: they draw the pictures.
    path, kept = folder / f"test-{last:04d}.npz", folder / f"test-{last:04d}"
    if path.is_file() and (kept / "run.json").is_file():
        from circuits.runs import store

        return Course(seed, before, training, omitted, load(path)), store.load(kept)

    def tell(stage: str, fraction: float) -> None:
        say(done + plan.test_cycles * fraction if stage == "simulating" else done)

    test, result, _ = run_epoch(
        circuit, plan.task, plan.test_cycles, seed, TEST + last,
        learns=False, latency_ms=latency, engine=plan.engine, report=tell,
    )  # fmt: skip
    people = populations(circuit)
    run = RunData(
        meta={"duration_ms": result.duration_ms, "seed": seed, "wall_s": result.wall_s},
        populations=cells_of(people),
        spikes=result.spikes,
        orientation_deg=orientations(people, seed),
        rates_hz={
            n: population_rate_hz(result.spikes[n], p.count, 0.0, result.duration_ms)
            for n, p in people.items()
        },
        cycles=test.bursts,
    )
    from circuits.runs import store

    if not kept.exists():
        store.save(run, kept)
    save(test, path)
    say(done + plan.test_cycles)
    return Course(seed, before, training, omitted, test), run


def load_course(folder: Path, seed: int) -> Course:
    """Read a seed's epochs from its folder, as far as they are there; for figures and measures."""
    before = load(folder / "before.npz")

    def last(kind: str) -> Epoch:
        found = sorted(folder.glob(f"{kind}-*.npz"))
        return load(found[-1]) if found else before

    training = [load(p) for p in sorted(folder.glob("epoch-*.npz"))]
    return Course(seed, before, training, last("omitted"), last("test"))


def total_cycles(plan: Plan) -> int:
    """Count all cycles one seed simulates."""
    return 3 * plan.test_cycles + plan.epochs * plan.cycles
