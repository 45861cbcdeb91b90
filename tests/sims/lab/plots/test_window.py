"""What is held near the window is what is there, and the rest is not."""

from __future__ import annotations

import numpy as np
from bokeh.models import Range1d

from sims.lab.plots.frame import frame
from sims.lab.plots.window import MARGIN, cut_lines, cut_spikes, strokes

TIMES = Range1d(4.0, 5.0, bounds=(0, 10))


def test_lines_hold_the_window_and_its_margins() -> None:
    x = np.arange(0, 10, 0.1)
    source = cut_lines(
        frame("", 100, x_range=TIMES), [(x, x**2), (x, x)], ["red", "blue"]
    ).data_source
    whole, times, ends, half = source.tags
    assert (times, ends, half) == (TIMES, [100, 200], 0.0)
    assert len(whole.data["x"]) == 200
    held = source.data["xs"][0]
    assert (held.min(), held.max()) == (np.float32(4 - MARGIN), np.float32(5.4))
    np.testing.assert_allclose(source.data["ys"][0], held**2, rtol=1e-6)


def test_spikes_in_any_order_are_upright_strokes_with_gaps() -> None:
    x, y = np.array([4.6, 1.0, 4.2]), np.array([1.0, 2.0, 3.0])
    source = cut_spikes(frame("", 100, x_range=TIMES), [(x, y)], 0.5, ["red"]).data_source
    np.testing.assert_allclose(source.data["xs"][0], np.float32([4.2] * 3 + [4.6] * 3))
    np.testing.assert_allclose(source.data["ys"][0], [2.5, 3.5, np.nan, 0.5, 1.5, np.nan])
    np.testing.assert_allclose(source.tags[0].data["x"], np.float32([1.0, 4.2, 4.6]))


def test_no_spikes_are_no_strokes() -> None:
    xs, ys = strokes(np.empty(0), np.empty(0), 0.5)
    assert len(xs) == len(ys) == 0
