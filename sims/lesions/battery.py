"""A battery of lesions: intact and lesioned circuits on paired seeds, and what each lesion was for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from circuits.errors import CtloopError
from circuits.lesions.language import dosed, parse
from circuits.runs.run import RunData
from sims.experiments import Request, experiment
from sims.lesions.statistics import Effect, correct, pairs_needed, records, smallest_p
from sims.lesions.statistics import compare as compare_metrics
from sims.measures.metric import MetricTable
from sims.runs.perform import written

if TYPE_CHECKING:
    from sims.runs.pool import Outcome

INTACT = "intact"


@dataclass(frozen=True, slots=True)
class Arm:
    """One lesioned circuit of a battery.

    Attributes
    ----------
    name : str
        What tables and figures call it.
    lesion : str
        In the language of `circuits.lesions.language`; "" is the intact circuit.
    family : str
        The lesion of which this is a dose; the name where there are no doses.
    dose : float
        0-1.
    settings : tuple of str
        Numbers of the spec that differ in this arm ("V1.L5IB.tau_w=126ms").
    options : tuple of (str, value)
        Options of the experiment that differ in this arm: (("contrast", 0.25),).
    """

    name: str
    lesion: str
    family: str
    dose: float = 1.0
    settings: tuple[str, ...] = ()
    options: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Battery:
    """Which lesions, how many seeds, and what every run has in common.

    Attributes
    ----------
    arms : tuple of Arm
        Besides the intact circuit, which is always run.
    seeds : int
        Pairs; their numbers count up from the seed of `base`.
    base : Request
        Of the experiment whose metrics are compared.

    Raises
    ------
    CtloopError
        If two arms have the same name.
    """

    arms: tuple[Arm, ...]
    seeds: int
    base: Request

    def __post_init__(self) -> None:
        """Refuse a name that stands for two arms: results are found by it."""
        names = [INTACT, *(arm.name for arm in self.arms)]
        twice = next((n for n in names if names.count(n) > 1), None)
        if twice is not None:
            msg = f"the battery has {twice!r} twice; give one of them another name"
            raise CtloopError(msg)

    @property
    def metrics(self) -> MetricTable:
        """The metrics of the experiment."""
        return experiment(self.base.experiment).metrics

    @property
    def primary(self) -> tuple[str, ...]:
        """The metrics declared in advance for this experiment."""
        return self.metrics.primary

    @property
    def seed_numbers(self) -> range:
        """The seeds."""
        return range(self.base.seed, self.base.seed + self.seeds)

    @property
    def tests(self) -> int:
        """How many tests Holm's correction runs over."""
        return len(self.primary) * sum(arm.dose > 0 for arm in self.arms)

    def request(self, arm: Arm | None, seed: int) -> Request:
        """Give the run of one arm (None is intact) and seed."""
        asked = replace(self.base, seed=seed)
        if arm is None:
            return asked
        asked = asked.with_changes((arm.lesion,) if arm.lesion else (), arm.settings)
        return type(asked).read({**written(asked), **dict(arm.options)}) if arm.options else asked

    def requests(self) -> list[Request]:
        """List every run: seed by seed, intact first, so that pairs fill up early."""
        return [self.request(arm, seed) for seed in self.seed_numbers for arm in (None, *self.arms)]

    def warning(self) -> str:
        """Say what so few seeds cannot show; "" if they can."""
        least = smallest_p(self.seeds)
        if least >= 0.05:
            return (
                f"{self.seeds} seeds allow no p below {least:.2g}, so no effect can be shown; "
                f"--seeds {pairs_needed(1)} is the least for one test, "
                f"{pairs_needed(self.tests)} for the {self.tests} of this battery"
            )
        if least * self.tests >= 0.05:
            return (
                f"{self.seeds} seeds allow no p below {least:.2g}: after Holm's correction over "
                f"{self.tests} tests only --seeds {pairs_needed(self.tests)} or more can reach .05"
            )
        return ""


def arms_of(
    lesions: Sequence[str | tuple[str, str]], doses: Sequence[float] = ()
) -> tuple[Arm, ...]:
    """Give the arms of some lesions, each at every dose.

    Parameters
    ----------
    lesions : sequence of str or (name, str)
    doses : sequence of float
        From 0 to 1; none is the lesion as written.

    Raises
    ------
    CtloopError
        If one cannot be read, or has no dose.
    """
    arms: list[Arm] = []
    for given in lesions:
        name, text = given if isinstance(given, tuple) else ("", given)
        canonical = "; ".join(str(one) for one in parse(text))
        family = name or canonical
        for dose in doses or (1.0,):
            text_of_dose = dosed(canonical, dose) if doses else canonical
            label = family if not doses else f"{family} (dose {dose:g})"
            arms.append(Arm(label, text_of_dose, family, dose))
    return tuple(arms)


# --- what came out -------------------------------------------------------------------------------

Run = RunData | Path | Mapping[str, Any]


def compare(
    intact: Run | Sequence[Run],
    lesioned: Run | Sequence[Run],
    lesion: str = "lesion",
    name: str = "alternation",
) -> list[dict[str, Any]]:
    """Compare lesioned with intact runs, pair by pair.

    Parameters
    ----------
    intact, lesioned : run or sequence of runs, same seeds in the same order
        Runs in memory, run folders, or their metrics.
    lesion : str
        What to call it.
    name : str
        The experiment, whose table says which metrics are primary and what counts as no difference.

    Returns
    -------
    list of dict
        One row a metric, see `sims.lesions.statistics.Effect`; `pandas.DataFrame(rows)` is a data frame.
    """
    before, after = [_metrics(r) for r in _listed(intact)], [_metrics(r) for r in _listed(lesioned)]
    table = experiment(name).metrics
    return records(correct(_effects(before, after, lesion, table)))


def _listed(runs: Run | Sequence[Run]) -> list[Run]:
    if isinstance(runs, RunData | Path | Mapping):
        return [runs]
    return list(runs)


def _metrics(run: Run) -> Mapping[str, Any]:
    if isinstance(run, RunData):
        return run.metrics
    if isinstance(run, Path):
        from circuits.runs.store import read_metrics

        return read_metrics(run)
    return run


def _effects(
    before: Sequence[Mapping[str, Any]],
    after: Sequence[Mapping[str, Any]],
    lesion: str,
    table: MetricTable,
) -> list[Effect]:
    bounds = {}
    for name in {key for metrics in before for key in metrics}:
        values = [m[name] for m in before if isinstance(m.get(name), int | float)]
        size = table.bound(name, sum(values) / len(values) if values else None)
        if size is not None:
            bounds[name] = size
    return compare_metrics(before, after, lesion=lesion, primary=table.primary, bounds=bounds)


def measured(
    battery: Battery, outcomes: Mapping[Request, Outcome]
) -> dict[str, list[Mapping[str, Any]]]:
    """Gather the metrics of every arm ("intact" among them), seed by seed; failed runs are empty."""
    from circuits.runs.store import read_metrics

    def metrics_of(arm: Arm | None, seed: int) -> Mapping[str, Any]:
        outcome = outcomes[battery.request(arm, seed)]
        return {} if outcome.error else read_metrics(outcome.folder)

    return {
        INTACT if arm is None else arm.name: [
            metrics_of(arm, seed) for seed in battery.seed_numbers
        ]
        for arm in (None, *battery.arms)
    }


def effects_of(
    battery: Battery, metrics: Mapping[str, Sequence[Mapping[str, Any]]]
) -> list[Effect]:
    """Compare every arm with the intact circuit, and correct over the whole battery."""
    effects: list[Effect] = []
    for arm in battery.arms:
        if arm.dose > 0:
            effects += _effects(metrics[INTACT], metrics[arm.name], arm.name, battery.metrics)
    return correct(effects)


def doses_of(
    battery: Battery, metrics: Mapping[str, Sequence[Mapping[str, Any]]]
) -> list[dict[str, Any]]:
    """List the primary metrics of every seed at every dose, one row each."""
    graded = {arm.family for arm in battery.arms if arm.dose != 1.0}
    return [
        {"lesion": arm.family, "metric": metric, "dose": arm.dose, "seed": seed,
         "value": one.get(metric)}
        for arm in battery.arms if arm.family in graded
        for metric in battery.primary
        for seed, one in zip(battery.seed_numbers, metrics[arm.name], strict=True)
    ]  # fmt: skip
