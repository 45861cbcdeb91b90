"""A movie: which frame is shown when, and what no movie is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from circuits.errors import CtloopError
from sims.stimuli.movie import Movie


def grey(*luminances: float) -> np.ndarray:
    return np.stack([np.full((4, 4), value, np.float32) for value in luminances])


@pytest.mark.parametrize(
    "frames",
    [
        np.zeros((4, 4), np.float32),
        np.zeros((0, 4, 4), np.float32),
        np.zeros((1, 4, 4)),
        np.full((1, 4, 4), 1.5, np.float32),
        np.full((1, 4, 4), np.nan, np.float32),
    ],
)
def test_what_is_no_luminance_is_no_movie(frames: np.ndarray) -> None:
    with pytest.raises(CtloopError):
        Movie(frames, 10.0)


@pytest.mark.parametrize("frame_ms", [0.0, -1.0, float("nan"), (10.0,), (10.0, 0.0), (5.0, np.inf)])
def test_every_frame_has_a_duration_above_zero(frame_ms: float | tuple[float, ...]) -> None:
    with pytest.raises(CtloopError):
        Movie(grey(0.2, 0.8), frame_ms)


def test_frames_of_unequal_duration_follow_each_other_and_begin_again() -> None:
    movie = Movie(grey(0.1, 0.5, 0.9), (30.0, 500.0, 1000.0))
    assert movie.duration_ms == 1530.0
    at_ms = np.array(
        [0.0, 29.0, 30.0, 529.0, 530.0, 1529.0, 1530.0, 1559.9, 1560.0, 3059.0, 3060.0]
    )
    assert list(movie.frame_at(at_ms)) == [0, 0, 1, 1, 2, 2, 0, 0, 1, 2, 0]


def test_the_mean_luminance_counts_a_frame_for_as_long_as_it_is_shown() -> None:
    frames = grey(0.0, 1.0)
    assert Movie(frames, (100.0, 300.0)).mean == pytest.approx(0.75)
    assert Movie(frames, 200.0).mean == 0.5


@given(st.lists(st.integers(1, 400), min_size=1, max_size=12), st.integers(0, 4))
def test_every_frame_is_shown_for_its_duration_in_every_round(lasts: list[int], turn: int) -> None:
    movie = Movie(grey(*np.linspace(0, 1, len(lasts))), tuple(float(ms) for ms in lasts))
    middles = turn * sum(lasts) + np.arange(sum(lasts)) + 0.5
    assert list(np.bincount(movie.frame_at(middles), minlength=len(lasts))) == lasts


@given(st.integers(1, 400), st.integers(1, 9))
def test_durations_that_are_all_alike_may_be_one_number(ms: int, n: int) -> None:
    frames = grey(*np.linspace(0, 1, n))
    middles = np.arange(3 * n * ms) + 0.5
    one, many = Movie(frames, float(ms)), Movie(frames, (float(ms),) * n)
    assert np.array_equal(one.frame_at(middles), many.frame_at(middles))
    assert one.duration_ms == many.duration_ms
    assert one.mean == pytest.approx(many.mean)
