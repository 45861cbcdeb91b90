"""The spectrogram shows when a rhythm is there, and theta-gamma whether gamma follows theta."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import figures
from circuits.analysis.spectra import spectrogram
from figures.run.spectrogram import rows
from figures.run.theta_gamma import couplings
from figures.style.canvas import Missing

BURSTER = "V1.L5IB"


def with_rate(run, rate_hz):
    return replace(run, rates_hz={**run.rates_hz, BURSTER: rate_hz})


def test_a_rhythm_that_begins_late_is_seen_when_it_begins():
    time = np.arange(10_000) / 1e3
    rate = np.where(time < 5, 10.0, 10 + 5 * np.sin(2 * np.pi * 6 * time))
    middle, frequency, power = spectrogram(rate + np.random.default_rng(0).normal(0, 0.5, 10_000))
    six = power[frequency == 6.0][0]
    assert six[middle < 4400].max() < 0.01 * six[middle > 5600].min()
    assert frequency[np.argmax(power[:, -1])] == 6.0
    assert spectrogram(rate[:999])[2].size == 0


def test_rows_are_the_burst_cells_and_both_groups_and_onsets_are_marked(run):
    ax = figures.spectrogram(run)
    texts = [t.get_text() for t in ax.texts]
    assert texts[::-1][1:] == ["V1 L5IB", "relay cells,\npredicted", "relay cells,\nactual"]
    assert texts[-1] == "bursts begin"
    (marks,) = (c for c in ax.collections if len(c.get_paths()) == len(run.cycles.burst_on_ms))
    assert marks is not None
    untuned = replace(run, orientation_deg={})
    assert [row.label for row in rows(untuned)] == ["V1 L5IB", "Pulvinar relay"]


def test_the_spectrogram_of_the_made_up_run_is_strongest_near_its_five_hertz(run):
    rate = np.asarray(run.rates_hz[BURSTER], float)[1000:]
    _, frequency, power = spectrogram(rate)
    low = frequency >= 2
    peaks = frequency[low][np.argmax(power[low], axis=0)]
    assert np.median(peaks) == pytest.approx(5, abs=1)


def test_gamma_that_follows_theta_is_above_its_surrogates_and_other_gamma_is_not(run):
    ms = np.arange(int(run.duration_ms))
    theta, fast = 2 * np.pi * 5 * ms / 1e3, np.sin(2 * np.pi * 50 * ms / 1e3)
    noise = np.random.default_rng(3).normal(0, 1.0, len(ms))
    bound = with_rate(run, 20 + 5 * np.cos(theta) + (1 + 0.7 * np.cos(theta)) * 2 * fast)
    free = with_rate(run, 20 + 5 * np.cos(theta) + 2 * fast + noise)
    assert couplings(bound)[0][1].p == pytest.approx(1 / 201)
    assert couplings(free)[0][1].p > 0.05
    ax = figures.theta_gamma(bound)
    legend = [t.get_text() for t in ax.get_legend().get_texts()]
    assert legend == ["V1 L5IB", "relay cells, predicted", "relay cells, actual"]
    (beside,) = ax.child_axes
    assert beside.texts[0].get_text() == "p ≤ 0.005"


@pytest.mark.parametrize("name", ["spectrogram", "theta_gamma"])
def test_a_run_that_is_too_short_is_refused_in_words(name, run):
    short = replace(run, meta={**run.meta, "duration_ms": 2500.0},
                    rates_hz={n: r[:2500] for n, r in run.rates_hz.items()})  # fmt: skip
    with pytest.raises(Missing, match="2 s"):
        getattr(figures, name)(short)
