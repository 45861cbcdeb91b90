"""Rules of two given traces on recorded spikes: their definition, stepped finely, and their thresholds."""

from __future__ import annotations

import numpy as np
import pytest

from circuits.errors import UnknownName
from circuits.learning.replay.product_rules import RULES, STDP_AREA, TAU_Q_MS, Traces, collected

TRACES = Traces(pre_ms=60.0, post_ms=20.0, pre_hz=12.0, post_hz=20.0)
READS = np.array([150.0, 290.0])
STEP_MS = 0.01


def stepped(rule: str, pre: np.ndarray, post: np.ndarray) -> np.ndarray:
    """What a rule collects by its definition, without closed forms."""
    theta_x, theta_y = TRACES.theta
    x = y = total = 0.0
    q, out = theta_y, []
    arrive, fire, read = ({round(t / STEP_MS) for t in times} for times in (pre, post, READS))
    ratio = STDP_AREA * TRACES.pre_ms / TRACES.post_ms
    fade_x, fade_y = (np.exp(-STEP_MS / 2 / tau) for tau in (TRACES.pre_ms, TRACES.post_ms))
    for step in range(round(READS[-1] / STEP_MS) + 1):
        if rule == "stdp":
            total -= ratio * y * (step in arrive)
            total += (x + (step in arrive)) * (step in fire)
        x, y = x + (step in arrive), y + (step in fire)
        if step in read:
            out.append(total)
        x, y = x * fade_x, y * fade_y
        grown = {
            "product": x * y,
            "hebb": (x - theta_x) * (y - theta_y),
            "bcm": x * y * (y - q),
            "stdp": 0.0,
        }
        total += STEP_MS * grown[rule]
        q += STEP_MS / TAU_Q_MS * (y * y / theta_y - q)
        x, y = x * fade_x, y * fade_y
    return np.array(out)


@pytest.mark.parametrize("rule", RULES)
def test_what_a_rule_collects_is_its_definition(rule: str) -> None:
    rng = np.random.default_rng(2)
    pre, post = (np.round(np.sort(rng.uniform(1, 280, (3, n))), 1) for n in (9, 14))
    found = collected(rule, TRACES, pre, post, READS)
    expected = np.array([stepped(rule, *pair) for pair in zip(pre, post, strict=True)])
    assert found == pytest.approx(expected, rel=2e-3, abs=2e-3)


def test_at_its_threshold_rate_bcm_changes_a_synapse_little() -> None:
    regular = np.arange(0.0, 8000.0, 50.0)[None]
    reads = np.array([7000.0, 8000.0])

    def per_s(hz: float) -> float:
        traces = Traces(pre_ms=100.0, post_ms=100.0, pre_hz=20.0, post_hz=hz)
        return float(np.diff(collected("bcm", traces, regular, regular, reads)).item())

    assert abs(per_s(20.0)) < 0.2 * abs(per_s(10.0))


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(UnknownName, match="stdp"):
        collected("stpd", TRACES, READS[None], READS[None], READS)
