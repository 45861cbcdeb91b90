"""The difference of two runs: none between a run and itself, and what a lesion took away."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from circuits.runs.run import RunData
from figures.style.canvas import Missing
from sims.lab.plots import differences
from sims.lab.plots.frame import time_range


def lines(made: object) -> list[np.ndarray]:
    return [
        np.asarray(one.data_source.data["y"])
        for one in made.renderers  # type: ignore[attr-defined]
        if type(one.glyph).__name__ == "Line"
    ]


def test_a_run_does_not_differ_from_itself(made_up: RunData) -> None:
    for make in (differences.relay, differences.conductance):
        found = lines(make(made_up, made_up))
        assert found
        for one in found:
            np.testing.assert_allclose(one, 0, atol=1e-6)
    image = differences.rates(made_up, made_up).renderers[0].data_source.data["hz"][0]
    np.testing.assert_allclose(image, 0, atol=1e-6)


def test_rates_that_are_doubled_differ_by_what_they_were(made_up: RunData) -> None:
    doubled = replace(made_up, rates_hz={k: 2 * v for k, v in made_up.rates_hz.items()})
    source = differences.rates(made_up, doubled).renderers[0].data_source
    hz, share = source.data["hz"][0], source.data["image"][0]
    assert hz.max() > 0
    assert share.max() <= 0.5 + 1e-6
    assert share.min() >= -1e-6


def test_the_difference_over_time_is_symmetrical_about_zero(made_up: RunData) -> None:
    made = differences.traces(made_up, made_up, time_range(made_up))
    assert made.y_range.start == -made.y_range.end


def test_a_run_without_cycles_is_a_sentence_in_place_of_the_figure(made_up: RunData) -> None:
    without = replace(made_up, cycles=None)
    with pytest.raises(Missing, match="no theta cycle"):
        differences.rates(made_up, without)
    made = differences.or_why(differences.relay, made_up, without)
    assert "no theta cycle" in made.text
