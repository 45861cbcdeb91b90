"""The eye looks at a movie by the movie's own clock."""

from __future__ import annotations

import numpy as np
import pytest

from circuits.spec import populations
from sims.stimuli.gratings import static_grating
from sims.stimuli.movie import Movie
from sims.stimuli.retina import RETINA, see
from thalamus.loop import corticothalamic_loop
from thalamus.retina import Mosaic, Retina, rates

FRAMES = np.concatenate([static_grating(angle).frames for angle in (0.0, 45.0, 90.0)])


def test_frames_of_unequal_duration_drive_the_eye_as_if_they_were_written_out() -> None:
    place = np.random.default_rng(0).uniform(-0.8, 0.8, (2, 20))
    mosaic = Mosaic(place[0], place[1], np.where(np.arange(20) % 2 == 0, 1.0, -1.0))
    unequal = Movie(FRAMES, (20.0, 150.0, 70.0))
    written = Movie(np.repeat(FRAMES, [2, 15, 7], axis=0), 10.0)
    assert unequal.mean == pytest.approx(written.mean)
    one, other = (rates(Retina(), mosaic, m, 1000.0) for m in (unequal, written))
    assert np.allclose(one, other)
    assert np.ptp(one, axis=0).max() > 10  # it does see the frames change


def test_only_a_circuit_with_a_retina_sees() -> None:
    circuit = corticothalamic_loop(0.001)
    spikes = see(circuit, static_grating(45.0), 500.0, 3)
    assert set(spikes) == {RETINA}
    assert spikes[RETINA].cells.max() < populations(circuit)[RETINA].count
    circuit.remove_node(RETINA)
    assert see(circuit, static_grating(45.0), 500.0, 3) == {}
