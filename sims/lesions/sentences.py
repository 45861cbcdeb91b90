"""What one lesion did, in plain sentences that claim no more than the statistics allow."""

from __future__ import annotations

from collections.abc import Sequence

from sims.lesions.statistics import ALPHA, Effect, smallest_p


def sentence(effects: Sequence[Effect]) -> str:
    """Describe what one lesion did to the primary metrics, a sentence for each.

    Three things can be claimed of a metric, and each needs its own evidence: that it changed
    (corrected p below .05 and a 95 % interval without 0), that it did not (the 90 % interval within
    the metric's bound), and that neither is known.

    Parameters
    ----------
    effects : sequence of Effect
        Of one lesion, at least one, corrected.
    """
    name, mine = effects[0].lesion, [e for e in effects if e.primary]
    if not mine:
        return f"{name}: no primary metric could be measured."
    changed = [e for e in mine if shown(e)]
    same = [e for e in mine if not shown(e) and e.equivalent]
    undecided = [e for e in mine if not shown(e) and not e.equivalent and e.n > 0]
    missing = [e for e in mine if e.missing_lesioned or e.missing_intact]
    parts = [
        *map(_change, changed),
        *map(_no_change, same),
        *map(_undecided, undecided),
        *map(_missing, missing),
    ]
    return f"{name}: {' '.join(parts)}"


def shown(effect: Effect) -> bool:
    """Return whether a change is shown: corrected p below .05 and an interval that leaves out 0."""
    if effect.p_corrected is None or effect.low is None or effect.high is None:
        return False
    return effect.p_corrected < ALPHA and (effect.low > 0 or effect.high < 0)


def _change(e: Effect) -> str:
    assert e.difference is not None
    verb = "rose" if e.difference > 0 else "fell"
    small = f"; that is within the bound of {e.bound:.3g}" if e.equivalent else ""
    return (
        f"{e.metric} {verb} from {e.intact:.3g} to {e.lesioned:.3g} "
        f"({_numbers(e)}, {e.n} pairs of runs, p = {e.p_corrected:.2g} after {e.correction}'s "
        f"correction{small})."
    )


def _no_change(e: Effect) -> str:
    return (
        f"{e.metric} did not change by more than its bound of {e.bound:.3g} "
        f"({_numbers(e)}, {e.n} pairs of runs)."
    )


def _undecided(e: Effect) -> str:
    if e.low is None:
        return f"Whether {e.metric} changed cannot be read from one pair of runs."
    least = smallest_p(e.n)
    few = f"; {e.n} pairs of runs allow no p below {least:.2g}" if least >= ALPHA else ""
    return f"Whether {e.metric} changed is undecided ({_numbers(e)}{few})."


def _missing(e: Effect) -> str:
    return (
        f"{e.metric} could not be measured in {_runs(e.missing_lesioned, 'lesioned')} and "
        f"{_runs(e.missing_intact, 'intact')}."
    )


def _runs(number: int, kind: str) -> str:
    return f"{number or 'no'} {kind} run{'' if number == 1 else 's'}"


def _numbers(e: Effect) -> str:
    return f"difference {e.difference:+.3g}, 95 % interval {e.low:+.3g} to {e.high:+.3g}"
