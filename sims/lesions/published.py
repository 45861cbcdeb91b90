"""The published inactivations, each with its criterion, and what the model did: pass or fail."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from sims.lesions.battery import INTACT, Arm, Battery
from sims.lesions.matching import Series, read_series
from sims.measures.intervals import interval

if TYPE_CHECKING:
    from sims.experiments import Request
    from sims.runs.pool import Outcome

FILE = Path(__file__).with_name("published.toml")
Verdict = Literal["pass", "fail", "undecided", "no value"]
#: What calibration may look at, and what the report calls those rows.
USES = {
    "calibration": "Calibration may look at these (it has not so far)",
    "never": "Never looked at while calibrating",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One criterion: where the change of some metrics must lie.

    Attributes
    ----------
    criterion : str
        The same in words.
    arm : str
        The lesion.
    metrics : tuple of str
        Keys of the experiment's metrics; their sum is compared.
    against : str
        What it is compared with: "intact" or another lesion.
    relative : bool
        Whether the change is taken relative to the mean of `against`; else it is in the metric's unit.
    share : bool
        Whether, instead of the change, the arm's value is taken as a share of that mean.
    at_least, at_most : float
        The range the change (or share) must lie in.
    """

    criterion: str
    arm: str
    metrics: tuple[str, ...]
    against: str = INTACT
    relative: bool = True
    share: bool = False
    at_least: float = -float("inf")
    at_most: float = float("inf")


@dataclass(frozen=True, slots=True)
class Row:
    """One paper and what the model is asked to do.

    Attributes
    ----------
    paper : str
        Authors and year.
    measured : str
        What the paper found.
    counterpart : str
        What is done to the model.
    failure_means : str
        What a failure means for the model.
    use : str
        Whether calibration may look at the row: "calibration", or "never" (held out).
    checks : tuple of Check
        All must be met.
    """

    paper: str
    measured: str
    counterpart: str
    failure_means: str
    use: Literal["calibration", "never"]
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the model did at one criterion.

    Attributes
    ----------
    check : Check
    verdict : {"pass", "fail", "undecided", "no value"}
    value, low, high : float or None
        The change and its 95 % interval over the seeds: relative, a share, or in the metric's unit,
        as the check asks.
    seeds : int
        Seeds in which both runs have all the metrics.
    """

    check: Check
    verdict: Verdict
    value: float | None = None
    low: float | None = None
    high: float | None = None
    seeds: int = 0


class Published(NamedTuple):
    """What the file of published lesions says.

    `arms` are fixed, `series` have a dose that is matched first; `options` are "experiment", "seeds" and
    options of the experiment.
    """

    rows: tuple[Row, ...]
    arms: tuple[Arm, ...]
    series: tuple[Series, ...]
    options: dict[str, Any]


def read(path: Path = FILE) -> Published:
    """Read the published battery.

    Parameters
    ----------
    path : Path

    Raises
    ------
    CtloopError
        If an arm with doses is not complete.
    """
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    given = content.pop("arms")
    arms = tuple(Arm(name, text, name) for name, text in given.items() if isinstance(text, str))
    series = tuple(read_series(n, t) for n, t in given.items() if not isinstance(t, str))
    rows = []
    for row in content.pop("row"):
        checks = tuple(Check(**{**c, "metrics": tuple(c["metrics"])}) for c in row.pop("check"))
        rows.append(Row(**row, checks=checks))
    return Published(tuple(rows), arms, series, content)


def judge(check: Check, metrics: Mapping[str, Sequence[Mapping[str, Any]]]) -> Judgement:
    """Return whether the model meets one criterion.

    Parameters
    ----------
    check : Check
    metrics : dict of arm to the metrics of its seeds
        From `sims.lesions.battery.measured`.

    Returns
    -------
    Judgement
        A pass if the whole interval lies in the range, a fail if none of it does.
    """
    pairs = [
        (before_sum, after_sum)
        for one, other in zip(metrics[check.against], metrics[check.arm], strict=True)
        if (before_sum := _sum(one, check.metrics)) is not None
        and (after_sum := _sum(other, check.metrics)) is not None
    ]
    if len(pairs) < 2:
        return Judgement(check, "no value", seeds=len(pairs))
    before, after = np.array(pairs, dtype=float).T
    if check.relative:
        size = float(before.mean())
        if size <= 0:
            return Judgement(check, "no value", seeds=len(pairs))
        values = (after if check.share else after - before) / size
    else:
        values = after - before
    low, high = interval(values, 0.95)
    verdict: Verdict = "undecided"
    unchanged = not check.share and (low, high) == (0.0, 0.0)  # no change is no fall and no rise
    if low >= check.at_least and high <= check.at_most and not unchanged:
        verdict = "pass"
    elif high < check.at_least or low > check.at_most:
        verdict = "fail"
    return Judgement(check, verdict, float(values.mean()), low, high, len(pairs))


def _sum(metrics: Mapping[str, Any], names: Sequence[str]) -> float | None:
    values = [metrics.get(name) for name in names]
    numbers = [float(v) for v in values if isinstance(v, int | float)]
    return sum(numbers) if len(numbers) == len(values) else None


def cell_by_cell(
    rows: Sequence[Row],
    battery: Battery,
    outcomes: Mapping[Request, Outcome],
    metrics: Mapping[str, Sequence[Mapping[str, Any]]],
) -> dict[str, list[Mapping[str, Any]]]:
    """Add to the metrics what compares an arm with the intact run cell by cell (`sims.measures.cells_changed`)."""
    from circuits.runs.store import load
    from sims.measures.cells_changed import cells_changed

    more = {name: list(runs) for name, runs in metrics.items()}
    wanted = {
        (check.arm, metric.split("_", 2)[2])
        for row in rows for check in row.checks for metric in check.metrics
        if metric.startswith("cells_")
    }  # fmt: skip
    by_name = {arm.name: arm for arm in battery.arms}
    for name, population in sorted(wanted):
        for k, seed in enumerate(battery.seed_numbers):
            pair = [outcomes[battery.request(a, seed)] for a in (None, by_name[name])]
            if any(o.error for o in pair):
                continue
            before, after = (load(o.folder) for o in pair)
            values = cells_changed(before, after, population)
            more[name][k] = {**more[name][k], **values}
            more[INTACT][k] = {**more[INTACT][k], **dict.fromkeys(values, 0.0)}
    return more


def verdict(judgements: Sequence[Judgement]) -> Verdict:
    """Sum a row up: the worst of its criteria."""
    order: tuple[Verdict, ...] = ("fail", "no value", "undecided", "pass")
    return min((f.verdict for f in judgements), key=order.index)


def text(rows: Sequence[Row], metrics: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Lay the rows out as text: paper, counterpart, each criterion with what the model did.

    Parameters
    ----------
    rows : sequence of Row
    metrics : dict of arm to the metrics of its seeds
        From `cell_by_cell`.
    """
    lines = [f"{len(rows)} published lesions"]
    for use, title in USES.items():
        lines += _part([row for row in rows if row.use == use], title, metrics)
    return "\n".join(lines)


def _part(
    rows: Sequence[Row], title: str, metrics: Mapping[str, Sequence[Mapping[str, Any]]]
) -> list[str]:
    lines: list[str] = []
    tally: dict[str, int] = {}
    for row in rows:
        judged = [judge(check, metrics) for check in row.checks]
        whole = verdict(judged)
        tally[whole] = tally.get(whole, 0) + 1
        lines += [
            "",
            f"{whole.upper()}  {row.paper}: {row.measured}",
            f"  model: {row.counterpart}",
        ]
        lines += [f"  {f.verdict:<9}  {f.check.criterion}: {_numbers(f)}" for f in judged]
        if whole == "fail":
            lines.append(f"  this means: {row.failure_means}")
    head = ", ".join(f"{n} {name}" for name, n in tally.items())
    return ["", f"{title}: {len(rows)}, {head}", *lines] if rows else []


def table(
    rows: Sequence[Row], metrics: Mapping[str, Sequence[Mapping[str, Any]]]
) -> list[dict[str, str]]:
    """Give one row a criterion, for a CSV file: paper, criterion, what the model did, verdicts.

    Parameters
    ----------
    rows : sequence of Row
    metrics : dict of arm to the metrics of its seeds
        From `cell_by_cell`.
    """
    found = []
    for row in rows:
        judged = [judge(check, metrics) for check in row.checks]
        for f in judged:
            found.append(
                {
                    "paper": row.paper,
                    "use": row.use,
                    "criterion": f.check.criterion,
                    "model": _numbers(f),
                    "verdict": f.verdict,
                    "paper_verdict": verdict(judged),
                }
            )
    return found


def _numbers(f: Judgement) -> str:
    if f.value is None or f.low is None or f.high is None:
        return f"no value in enough seeds ({f.seeds})"
    scale, unit = (100.0, " %") if f.check.relative else (1.0, "")
    sign = "" if f.check.share else "+"
    return (
        f"{scale * f.value:{sign}.3g}{unit} "
        f"({scale * f.low:{sign}.3g} to {scale * f.high:{sign}.3g}, {f.seeds} seeds)"
    )
