"""Train one seed: an epoch before, epochs of learning, two tests; a stopped run goes on where it was.

Every epoch is a file (`sims.prediction.epoch_file`). Items are left out in a test of their own: the
two or three predictions after a gap suffer from it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from circuits.analysis.spectra import population_rate_hz
from circuits.engine.simulate import Result
from circuits.runs import store
from circuits.runs.run import RunData
from circuits.spec import Circuit, populations
from sims.prediction.epoch import Epoch, Task, run_epoch, with_weights_of
from sims.prediction.epoch_file import load, save
from sims.runs.assemble import cells_of, orientations

#: Numbers of the epochs without learning: none that an epoch of learning can have.
UNTRAINED_EPISODE, OMISSION_EPISODE, TEST_EPISODE = 1_000_000, 2_000_000, 3_000_000


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

    @property
    def total_cycles(self) -> int:
        """All cycles that one seed simulates."""
        return 3 * self.test_cycles + self.epochs * self.cycles


@dataclass(frozen=True, eq=False)
class Course:
    """What became of one seed.

    Attributes
    ----------
    seed : int
    before : Epoch
        Untrained, weights frozen.
    training : list of Epoch
    omitted : Epoch
        Trained, weights frozen, one item in ten left out.
    test : Epoch
        Trained, weights frozen.
    """

    seed: int
    before: Epoch
    training: list[Epoch]
    omitted: Epoch
    test: Epoch


#: Called with the cycles done so far, out of all of this seed.
Report = Callable[[float], None]
#: Called after every training epoch with the untrained epoch and all training epochs so far.
AfterEpoch = Callable[[Epoch, list[Epoch]], None]


def train(
    circuit: Circuit,
    plan: Plan,
    seed: int,
    folder: Path,
    report: Report | None = None,
    after: AfterEpoch | None = None,
) -> tuple[Course, RunData]:
    """Train and test one seed, or go on with it.

    Parameters
    ----------
    circuit : Circuit
        Untrained, or with what it learnt before with this seed.
    plan : Plan
    seed : int
    folder : Path
        Of its epochs: "before.npz", "epoch-0001.npz", ..., "omitted-<epochs>.npz", "test-<epochs>.npz",
        and the test as a run folder, "test-<epochs>".
    report : callable, optional
    after : callable, optional

    Returns
    -------
    tuple
        The course, and the test as a run with its spikes.
    """
    epochs = _Epochs(plan, seed, folder, report)
    before = epochs.get(_BEFORE, circuit, plan.test_cycles, UNTRAINED_EPISODE)
    epochs.latency_ms = before.latency_ms
    training = []
    for k in range(1, plan.epochs + 1):
        one = epochs.get(_learning(k), circuit, plan.cycles, k, learns=True)
        circuit = with_weights_of(one, circuit, seed)
        training.append(one)
        if after is not None:
            after(before, training)
    omitted = epochs.get(
        _omitted(plan.epochs), circuit, plan.test_cycles, OMISSION_EPISODE + plan.epochs, omit=True
    )
    test, run = epochs.test(circuit)
    return Course(seed, before, training, omitted, test), run


class _Epochs:
    """The epochs of one seed: read from their files, or simulated and written; counts the cycles done."""

    def __init__(self, plan: Plan, seed: int, folder: Path, report: Report | None) -> None:
        self.latency_ms: float | None = None
        self._plan, self._seed, self._folder = plan, seed, folder
        self._report = report or (lambda done: None)
        self._done = 0.0

    def get(
        self, name: str, circuit: Circuit, n: int, episode: int, *,
        learns: bool = False, omit: bool = False,
    ) -> Epoch:  # fmt: skip
        path = self._folder / f"{name}.npz"
        if not path.is_file():
            found, _ = self._simulate(circuit, n, episode, learns=learns, omit=omit)
            save(found, path)
        self._count(n)
        return load(path)

    def test(self, circuit: Circuit) -> tuple[Epoch, RunData]:
        """Test with frozen weights; simulated again if its spikes, which figures show, are not there."""
        name, n = name_of_test(self._plan.epochs), self._plan.test_cycles
        path, spikes = self._folder / f"{name}.npz", self._folder / name
        if path.is_file() and (spikes / "run.json").is_file():
            self._count(n)
            return load(path), store.load(spikes)
        test, result = self._simulate(circuit, n, TEST_EPISODE + self._plan.epochs)
        run = _run(circuit, self._seed, test, result)
        if not spikes.exists():
            store.save(run, spikes)
        save(test, path)
        self._count(n)
        return test, run

    def _simulate(
        self, circuit: Circuit, n: int, episode: int, *, learns: bool = False, omit: bool = False
    ) -> tuple[Epoch, Result]:
        begun = self._done

        def report(stage: str, fraction: float) -> None:
            self._report(begun + n * fraction if stage == "simulating" else begun)

        epoch, result, _ = run_epoch(
            circuit, self._plan.task, n, self._seed, episode, learns=learns, omit=omit,
            latency_ms=self.latency_ms, engine=self._plan.engine, report=report,
        )  # fmt: skip
        return epoch, result

    def _count(self, n: int) -> None:
        self._done += n
        self._report(self._done)


def _run(circuit: Circuit, seed: int, test: Epoch, result: Result) -> RunData:
    known = populations(circuit)
    return RunData(
        meta={"duration_ms": result.duration_ms, "seed": seed, "wall_s": result.wall_s},
        populations=cells_of(known),
        spikes=result.spikes,
        orientation_deg=orientations(known, seed),
        rates_hz={
            n: population_rate_hz(result.spikes[n], p.count, 0.0, result.duration_ms)
            for n, p in known.items()
        },
        cycles=test.bursts,
    )


def load_course(folder: Path, seed: int, epochs: int) -> Course:
    """Read the epochs of a seed that was trained for so many epochs.

    Raises
    ------
    CtloopError
        If one is missing or damaged.
    """
    return Course(
        seed,
        load(folder / f"{_BEFORE}.npz"),
        [load(folder / f"{_learning(k)}.npz") for k in range(1, epochs + 1)],
        load(folder / f"{_omitted(epochs)}.npz"),
        load(folder / f"{name_of_test(epochs)}.npz"),
    )


# --- names of files ------------------------------------------------------------------------------

_BEFORE = "before"


def _learning(epoch: int) -> str:
    return f"epoch-{epoch:04d}"


def _omitted(epochs: int) -> str:
    return f"omitted-{epochs:04d}"


def name_of_test(epochs: int) -> str:
    """Give the name of the test after so many epochs, of its file and of its run folder."""
    return f"test-{epochs:04d}"
