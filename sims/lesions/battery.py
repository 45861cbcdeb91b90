"""A battery of lesions: intact and lesioned circuits on paired seeds, and what each lesion was for."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from circuits.errors import CtloopError, UnknownName
from circuits.lesions.language import dosed, parse
from circuits.runs.run import RunData
from sims.lesions.primary import PRIMARY, bound
from sims.lesions.statistics import Effect, correct, pairs_needed, records, smallest_p
from sims.lesions.statistics import compare as compare_metrics
from sims.runs.request import Request

if TYPE_CHECKING:
    from circuits.lesions import Touched
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
    """

    name: str
    lesion: str
    family: str
    dose: float = 1.0
    settings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Battery:
    """Which lesions, how many seeds, and what every run has in common."""

    arms: tuple[Arm, ...]
    seeds: int
    base: Request

    @property
    def primary(self) -> tuple[str, ...]:
        """The metrics declared in advance for this experiment."""
        return PRIMARY.get(self.base.experiment, PRIMARY["alternation"])

    @property
    def tests(self) -> int:
        """How many tests Holm's correction runs over."""
        return len(self.primary) * sum(arm.dose > 0 for arm in self.arms)

    def request(self, arm: Arm | None, seed: int) -> Request:
        """Give the run of one arm (None is intact) and seed."""
        lesions = () if arm is None or not arm.lesion else (arm.lesion,)
        settings = () if arm is None else arm.settings
        return replace(
            self.base,
            seed=seed,
            lesions=(*self.base.lesions, *lesions),
            settings=(*self.base.settings, *settings),
        )

    def requests(self) -> list[Request]:
        """List every run: seed by seed, intact first, so that pairs fill up early."""
        return [self.request(arm, seed) for seed in range(self.seeds) for arm in (None, *self.arms)]

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
        If one cannot be read, has no dose, or two are the same.
    """
    arms: list[Arm] = []
    for given in lesions:
        name, text = given if isinstance(given, tuple) else ("", given)
        canonical = "; ".join(str(one) for one in parse(text))
        family = name or canonical
        for dose in doses or (1.0,):
            said = dosed(canonical, dose) if doses else canonical
            label = family if not doses else f"{family} (dose {dose:g})"
            arms.append(Arm(label, said, family, dose))
    names = [arm.name for arm in arms]
    twice = next((n for n in names if names.count(n) > 1), None)
    if twice is not None:
        msg = f"the battery has {twice!r} twice"
        raise CtloopError(msg)
    return tuple(arms)


#: What a battery file may say at its top, beside its [[lesion]] tables.
_FIELDS = ("experiment", "seeds", "duration_s", "condition", "stimulus", "contrast", "scale",
           "engine", "settings", "dose")  # fmt: skip


def read_battery(path: Path) -> tuple[tuple[Arm, ...], dict[str, Any]]:
    """Read a battery file (TOML): its arms, and the options it sets.

    ::

        seeds = 12
        [[lesion]]
        name = "no drivers"                    # optional
        lesion = "V1.L5IB -> Pulvinar.TRC"
        dose = [0, 0.5, 1]                     # optional
        [[lesion]]
        name = "fast adaptation"
        set = ["V1.L5IB.tau_w=126ms"]          # instead of, or beside, a lesion

    Raises
    ------
    CtloopError
        If it cannot be read, or says what no battery knows.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        msg = f"cannot read the battery {path}: {error.strerror}"
        raise CtloopError(msg) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"{path} is not TOML: {error}"
        raise CtloopError(msg) from error
    rows = content.pop("lesion", [])
    for key in content:
        if key not in _FIELDS:
            raise UnknownName("entry", key, [*_FIELDS, "lesion"])
    if not isinstance(rows, list) or not rows:
        msg = f"{path} holds no [[lesion]]"
        raise CtloopError(msg)
    arms: list[Arm] = []
    for row in rows:
        for key in row:
            if key not in ("name", "lesion", "dose", "set"):
                raise UnknownName("entry of a lesion", key, ["name", "lesion", "dose", "set"])
        changes = tuple(map(str, row.get("set", ())))
        if "lesion" not in row:
            if not changes:
                msg = f"{path}: a [[lesion]] without lesion = ... or set = [...]"
                raise CtloopError(msg)
            name = str(row.get("name", "; ".join(changes)))
            arms.append(Arm(name, "", name, settings=changes))
            continue
        doses = row.get("dose", content.get("dose", ()))
        graded = arms_of([(str(row.get("name", "")), str(row["lesion"]))], doses)
        arms += [replace(arm, settings=changes) for arm in graded]
    content.pop("dose", None)
    return tuple(arms), content


def dry_run(battery: Battery) -> dict[str, Touched]:
    """Tell what each arm would touch, without building anything."""
    from circuits.lesions import touched
    from sims.runs.request import circuits_of

    intact, _ = circuits_of(battery.base)
    found = {arm.name: touched(intact, arm.lesion) for arm in battery.arms if arm.lesion}
    for arm in battery.arms:
        if arm.settings:
            circuits_of(battery.request(arm, 0))  # a number that is not there is refused here
    return found


# --- what came out -------------------------------------------------------------------------------

Run = RunData | Path | Mapping[str, Any]


def compare(
    intact: Run | Sequence[Run], lesioned: Run | Sequence[Run], lesion: str = "lesion"
) -> list[dict[str, Any]]:
    """Compare lesioned with intact runs, pair by pair.

    Parameters
    ----------
    intact, lesioned : run or sequence of runs, same seeds in the same order
        Runs in memory, run folders, or their metrics.
    lesion : str
        What to call it.

    Returns
    -------
    list of dict
        One row a metric, see `sims.lesions.statistics.Effect`; `pandas.DataFrame(rows)` is a data frame.
    """
    before, after = [_metrics(r) for r in _many(intact)], [_metrics(r) for r in _many(lesioned)]
    return records(correct(_effects(before, after, lesion, PRIMARY["alternation"])))


def _many(runs: Run | Sequence[Run]) -> list[Run]:
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
    primary: Sequence[str],
) -> list[Effect]:
    bounds = {}
    for name in {key for metrics in before for key in metrics}:
        values = [m[name] for m in before if isinstance(m.get(name), int | float)]
        size = bound(name, sum(values) / len(values) if values else None)
        if size is not None:
            bounds[name] = size
    return compare_metrics(before, after, lesion=lesion, primary=primary, bounds=bounds)


def measured(
    battery: Battery, outcomes: Mapping[Request, Outcome]
) -> dict[str, list[Mapping[str, Any]]]:
    """Gather the metrics of every arm ("intact" among them), seed by seed; failed runs are empty."""
    from circuits.runs.store import read_metrics

    def of(arm: Arm | None, seed: int) -> Mapping[str, Any]:
        outcome = outcomes[battery.request(arm, seed)]
        return {} if outcome.error else read_metrics(outcome.folder)

    return {
        INTACT if arm is None else arm.name: [of(arm, seed) for seed in range(battery.seeds)]
        for arm in (None, *battery.arms)
    }


def effects_of(battery: Battery, found: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Effect]:
    """Compare every arm with the intact circuit, and correct over the whole battery."""
    effects: list[Effect] = []
    for arm in battery.arms:
        if arm.dose > 0:
            effects += _effects(found[INTACT], found[arm.name], arm.name, battery.primary)
    return correct(effects)


def doses_of(
    battery: Battery, found: Mapping[str, Sequence[Mapping[str, Any]]]
) -> list[dict[str, Any]]:
    """List the primary metrics of every seed at every dose, one row each."""
    graded = {arm.family for arm in battery.arms if arm.dose != 1.0}
    return [
        {"lesion": arm.family, "metric": metric, "dose": arm.dose, "seed": seed,
         "value": metrics.get(metric)}
        for arm in battery.arms if arm.family in graded
        for metric in battery.primary
        for seed, metrics in enumerate(found[arm.name])
    ]  # fmt: skip
