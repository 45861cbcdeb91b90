"""One sentence in plain words for each lesion, which claims no more than the interval allows."""

from __future__ import annotations

from collections.abc import Sequence

from sims.lesions.statistics import ALPHA, Effect, smallest_p


def sentence(effects: Sequence[Effect]) -> str:
    """Say what one lesion did to the primary metrics.

    Three claims exist, and each needs its own proof: a change (corrected p below .05 and an
    interval off 0), no change (the 90 % interval within the metric's bound), and neither.

    Parameters
    ----------
    effects : sequence of Effect
        Of one lesion, corrected.
    """
    mine = [e for e in effects if e.primary]
    if not mine:
        return "No primary metric could be measured."
    changed = [e for e in mine if shown(e)]
    same = [e for e in mine if not shown(e) and e.equivalent]
    lost = [e for e in mine if e.missing_lesioned > e.missing_intact]
    open_ = [e for e in mine if not shown(e) and not e.equivalent and e.n > 0]
    parts = []
    if changed:
        parts.append(f"{mine[0].lesion} " + "; ".join(_change(e) for e in changed))
    if same:
        alike = "; ".join(f"{e.metric} (within +-{e.bound:.3g})" for e in same)
        parts.append(
            ("it left unchanged " if changed else f"{mine[0].lesion} left unchanged ") + alike
        )
    if lost:
        gone = "; ".join(
            f"{e.metric} in {e.missing_lesioned} of "
            f"{e.n + max(e.missing_lesioned, e.missing_intact)} lesioned runs"
            for e in lost
        )
        parts.append(f"not to be measured: {gone}")
    if open_:
        parts.append(f"undecided: {'; '.join(_undecided(e) for e in open_)}")
    text = ". ".join(part[0].upper() + part[1:] if i else part for i, part in enumerate(parts))
    if parts and not (changed or same):
        text = f"{mine[0].lesion}: {text}"
    return (text or f"{mine[0].lesion}: no primary metric could be measured") + "."


def shown(effect: Effect) -> bool:
    """Tell whether a change is shown: corrected p below .05 and an interval that leaves out 0."""
    if effect.p_corrected is None or effect.low is None or effect.high is None:
        return False
    return effect.p_corrected < ALPHA and (effect.low > 0 or effect.high < 0)


def _change(e: Effect) -> str:
    assert e.difference is not None
    verb = "raised" if e.difference > 0 else "lowered"
    small = ", though by less than counts" if e.equivalent else ""
    return (
        f"{verb} {e.metric} from {e.intact:.3g} to {e.lesioned:.3g} "
        f"({_span(e)}, {e.n} pairs, p = {e.p_corrected:.2g} after {e.correction}){small}"
    )


def _undecided(e: Effect) -> str:
    if e.low is None:
        return f"{e.metric} ({e.n} pair{'' if e.n == 1 else 's'} tell nothing)"
    few = smallest_p(e.n) >= ALPHA
    why = f"; {e.n} pairs reach no p below {smallest_p(e.n):.2g}" if few else ""
    return f"{e.metric} ({_span(e)}{why})"


def _span(e: Effect) -> str:
    return f"difference {e.difference:+.3g}, 95 % interval {e.low:+.3g} to {e.high:+.3g}"
