"""Thalamic bursts on spikes whose answer is known."""

import numpy as np
import pytest

from circuits.records import Spikes
from sims.measures.bursts import burst_fraction, thalamic_bursts


def spikes_of(times, cells):
    order = np.argsort(times, kind="stable")
    return Spikes(np.asarray(times, float)[order], np.asarray(cells, np.int64)[order])


def test_bursts_need_silence_before_and_short_intervals_within():
    """Lu, Guido & Sherman 1992: 100 ms of silence, then intervals of 4 ms or less."""
    one_burst_of_three = [500.0, 503.0, 506.0]
    doublet_without_silence = [560.0, 563.0]
    single = [900.0]
    of_another_cell = [502.0]
    times = one_burst_of_three + doublet_without_silence + single + of_another_cell
    spikes = spikes_of(times, [0] * 6 + [1])
    assert burst_fraction(spikes, 0, 1000) == pytest.approx(3 / 7)
    assert burst_fraction(spikes, 850, 1000) == 0.0
    assert burst_fraction(spikes_of([], []), 0, 1000) is None


def test_a_population_without_spikes_has_no_share_of_bursts_and_says_why():
    silent = {"LGN.TC": spikes_of([], [])}
    of_silent = thalamic_bursts(silent, "LGN.TC", "lgn", 0, 1000)
    assert of_silent["burst_fraction_lgn"] is None
    assert of_silent["burst_fraction_lgn_reason"] == "LGN.TC is silent"
    missing = thalamic_bursts(silent, "Pulvinar.TRC", "pulvinar", 0, 1000)
    assert missing["burst_fraction_pulvinar_reason"] == "no spikes recorded of Pulvinar.TRC"
