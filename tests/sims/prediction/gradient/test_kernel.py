"""The change by one spike: what it is for rules whose answer is known, and what is read off it."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from circuits.learning.kinase.rule import KinaseRule
from circuits.learning.replay.changes import kinase
from sims.prediction.gradient import causal_kernel
from sims.prediction.gradient.causal_kernel import BEFORE_MS, kernels_of, table_of
from sims.prediction.gradient.kernel import (
    binned,
    deleted,
    inserted,
    mean_over,
    share_earlier,
    sign_change,
)
from sims.prediction.gradient.recording import Recording

READS = np.array([100.0, 300.0])
PRE = np.array([[120.0, 210.0, 280.0], [150.0, 260.0, np.inf]])
POST = np.array([[130.0, 250.0], [200.0, np.inf]])


def last_50_ms(pre: np.ndarray, post: np.ndarray, reads: np.ndarray) -> np.ndarray:
    """A rule that counts the receiver's spikes of the last 50 ms and takes off those of the 100 before."""
    h = reads - np.where(np.isfinite(post), post, -1e9)[..., None]
    return np.sum(((h >= 0) & (h < 50)) * 1.0 - ((h >= 50) & (h < 150)), axis=1)


def test_a_spike_that_is_put_in_counts_for_when_it_comes() -> None:
    before = np.array([10.0, 60.0, 140.0, 180.0])
    found = inserted(last_50_ms, PRE, POST, READS, before, "receiver")
    assert found.tolist() == [[1.0, -1.0, -1.0, 0.0]] * 2
    assert not inserted(last_50_ms, PRE, POST, READS, before, "sender").any()


def test_a_spike_that_is_taken_away_had_the_effect_of_one_that_is_put_in() -> None:
    rule = kinase(KinaseRule(tau_pre_ms=100.0))
    for cell in ("receiver", "sender"):
        before, effect = deleted(rule, PRE, POST, READS, 200.0, cell)  # type: ignore[arg-type]
        trains = POST if cell == "receiver" else PRE
        row, column = np.nonzero(np.isfinite(trains))
        assert before == pytest.approx(READS[-1] - trains[row, column])
        for r, c, h, e in zip(row, column, before, effect, strict=True):
            without = trains[[r]].copy()
            without[0, c] = np.inf
            pair = (PRE[[r]], without) if cell == "receiver" else (without, POST[[r]])
            again = inserted(rule, *pair, READS, np.array([h]), cell)  # type: ignore[arg-type]
            assert again.item() == pytest.approx(e)


def test_a_kernel_changes_sign_where_it_crosses_0_before_its_peak() -> None:
    before = np.array([0.0, 10.0, 20.0, 30.0, 40.0])
    assert sign_change(before, np.array([-0.1, 1.0, 0.5, -0.5, -1.0])) == pytest.approx(25.0)
    assert math.isnan(sign_change(before, np.ones(5)))
    assert math.isnan(sign_change(before, -np.ones(5)))


def test_a_part_is_negative_as_far_as_it_lies_earlier() -> None:
    begin, end = np.array([160.0, 150.0]), np.array([80.0, 70.0])
    assert share_earlier(begin, end, 60.0) == 1.0
    assert share_earlier(begin, end, 200.0) == 0.0
    assert share_earlier(begin, end, 110.0) == pytest.approx((50 / 80 + 40 / 80) / 2)
    assert math.isnan(share_earlier(begin, end, math.nan))


def test_means_over_parts_and_bins() -> None:
    before = np.linspace(0, 200, 41)
    assert mean_over(before, before, np.array([100.0]), np.array([50.0])) == pytest.approx(75.0)
    found = binned(
        np.array([5.0, 6.0, 25.0, 99.0]), np.array([1.0, 3.0, 5.0, 9.0]), np.arange(4) * 10.0
    )
    assert found == pytest.approx([2.0, math.nan, 5.0], nan_ok=True)


def test_the_kinase_rule_weakens_by_predictions_and_strengthens_by_outcomes(
    make_recording: Callable[..., Recording], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(causal_kernel, "SYNAPSES", 8)
    monkeypatch.setattr(causal_kernel, "CYCLES", 4)
    monkeypatch.setattr(causal_kernel, "DRAWN", ("kinase",))
    found = [kernels_of(make_recording(seed), seed) for seed in (0, 1)]
    key = ("kinase", "receiver")
    assert found[0].over(key, "outcome") > 0 > found[0].over(key, "prediction")
    at = np.interp(25.0, BEFORE_MS, found[0].inserted[key])
    assert found[0].deleted[key][2] == pytest.approx(at, rel=0.6)
    table = table_of(found)
    assert all(len(row) == len(table.heads) for row in table.rows)
    assert 40 < table.metrics["sign_change_ms"] < 100
    assert table.metrics["kernel_outcome"] == pytest.approx(1.0)
