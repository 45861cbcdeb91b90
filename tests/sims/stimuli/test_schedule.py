"""Items in time, and the eye's answer to any number of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circuits.errors import CtloopError
from circuits.records import CellType, Population
from circuits.seeds import stream
from sims.stimuli.movie import Movie
from sims.stimuli.schedule import draw_schedule, pictures, see
from sims.stimuli.sequences import named
from thalamus.retina import Mosaic, Retina, sequence_spikes, spikes

CELL = CellType(name="GC", C_pf=1, gL_ns=1, EL_mv=-65, VT_mv=-50, DT_mv=2, Vr_mv=-58)
RETINA = Population(
    name="Retina.GC", area="Retina", lamina="", cell=CELL, count=70, transmitter="exc",
    map="retinotopic", spike_source=True,
)  # fmt: skip


@settings(deadline=None, max_examples=30)
@given(
    st.integers(1, 200),
    st.integers(0, 5),
    st.floats(60, 400),
    st.floats(0, 0.5),
    st.integers(0, 99),
)
def test_items_follow_each_other_without_gap_and_last_about_as_long_as_asked(
    n: int, before: int, item_ms: float, jitter: float, seed: int
) -> None:
    shown = draw_schedule(
        named("loop"), n, seed, "x", item_ms=item_ms, jitter=jitter, before=before
    )
    lasts = np.diff(shown.onset_ms)
    assert len(lasts) == n + before == len(shown.items)
    assert (np.abs(lasts - item_ms) <= item_ms * jitter + 0.5).all()
    assert not shown.omitted.any()


def test_one_test_item_in_ten_is_left_out_and_never_two_in_a_row() -> None:
    shown = draw_schedule(named("loop"), 200, 1, "test", before=4, omit=True)
    assert shown.omitted.sum() == 20
    assert not shown.omitted[:4].any()
    assert not (shown.omitted[1:] & shown.omitted[:-1]).any()


def test_streams_have_names() -> None:
    one, again, other = (draw_schedule(named("reber"), 50, 3, n) for n in ("a", "a", "b"))
    assert np.array_equal(one.onset_ms, again.onset_ms)
    assert not np.array_equal(one.onset_ms, other.onset_ms)
    assert not np.array_equal(one.items.symbol, other.items.symbol)


def test_the_eye_answers_as_it_would_to_the_movie_written_out() -> None:
    grammar, rng = named("loop"), np.random.default_rng(0)
    place = rng.uniform(-0.8, 0.8, (2, 70))
    mosaic = Mosaic(place[0], place[1], np.where(np.arange(70) % 2 == 0, 1.0, -1.0))
    few = pictures(grammar)
    order = np.array([0, 1, 2, 3, 4, 5, 6, 7, 8])  # each once: the same mean, the same adaptation
    written = Movie(few.frames[order], 40.0)
    shown = np.repeat(order, 40)
    one = spikes(Retina(), mosaic, written, 360.0, 7)
    other = sequence_spikes(Retina(), mosaic, few, shown, 360.0, stream(7, "Retina"))
    assert np.array_equal(one.times_ms, other.times_ms)
    assert np.array_equal(one.cells, other.cells)


def test_a_grey_screen_takes_the_place_of_what_is_left_out() -> None:
    grammar = named("loop")
    shown = draw_schedule(grammar, 40, 0, "test", omit=True, jitter=0.0)
    eye = see(RETINA, grammar, shown, 0, "test")
    item = np.searchsorted(shown.onset_ms, eye.times_ms, side="right") - 1
    count = np.bincount(item, minlength=40)
    per_cell = [np.bincount(eye.cells[item == k], minlength=70) for k in range(40)]
    spread = np.array([c.std() for c in per_cell])
    assert count.min() > 0
    assert spread[shown.omitted].mean() < 0.7 * spread[~shown.omitted].mean()


def test_half_an_hour_of_items_is_drawn_without_its_movie() -> None:
    shown = draw_schedule(named("reber"), 9000, 0, "long")
    assert shown.duration_ms == pytest.approx(1.8e6, rel=0.01)


def test_items_that_cannot_be_are_refused() -> None:
    with pytest.raises(CtloopError, match="at least 50 ms"):
        draw_schedule(named("loop"), 3, 0, "x", item_ms=10)
