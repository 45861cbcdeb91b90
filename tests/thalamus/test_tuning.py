"""V1 layer 4 is orientation-tuned through its LGN convergence, measured from responses alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from circuits.engine.simulate import simulate
from circuits.layout import coordinates
from circuits.records import Uniform
from circuits.spec import Circuit, projections, with_projection
from circuits.wiring import orientation_distance
from sims.stimuli.gratings import drifting_grating
from sims.stimuli.retina import see
from thalamus.loop import corticothalamic_loop

pytestmark = [pytest.mark.slow, pytest.mark.compile]

ANGLES = np.arange(0.0, 180.0, 30.0)
STAGES = ("Retina.GC", "LGN.TC", "TRN.LGN", "V1.L4E", "V1.L4PV")
SEED = 11


def _geniculate_and_layer_4() -> Circuit:
    """Only what carries the stimulus to layer 4: no feedback that could lend it tuning."""
    return corticothalamic_loop().subgraph(STAGES).copy()


def _responses(circuit: Circuit) -> NDArray[np.float64]:
    """Spikes per second of every L4E cell to each orientation, shape (angles, cells)."""
    n = circuit.nodes["V1.L4E"]["population"].count
    rates = []
    for angle in ANGLES:
        movie = drifting_grating(float(angle))
        inputs = see(circuit, movie, 1400.0, SEED)
        run = simulate(circuit, duration_ms=1400.0, seed=SEED, inputs=inputs, engine="cython")
        spikes = run.spikes["V1.L4E"]
        late = spikes.times_ms > 250.0
        rates.append(np.bincount(spikes.cells[late], minlength=n) / 1.15)
    return np.array(rates)


def _selectivity(rates: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Orientation selectivity (1 - circular variance) and preferred angle of responding cells."""
    resultant = (rates * np.exp(2j * np.deg2rad(ANGLES))[:, None]).sum(axis=0)
    total = np.maximum(rates.sum(axis=0), 1e-9)
    return np.abs(resultant) / total, np.rad2deg(np.angle(resultant)) / 2 % 180.0


def _at_wired_and_across(
    rates: NDArray[np.float64], wired: NDArray[np.float64]
) -> tuple[float, float]:
    """Mean rate at the angle nearest to the wired orientation, and at the farthest."""
    off_deg = orientation_distance(ANGLES[:, None], wired[None, :])
    cells = np.arange(wired.size)
    at_wired = rates[off_deg.argmin(axis=0), cells].mean()
    return float(at_wired), float(rates[off_deg.argmax(axis=0), cells].mean())


def test_layer_4_prefers_the_orientation_its_geniculate_input_is_wired_for() -> None:
    circuit = _geniculate_and_layer_4()
    rates = _responses(circuit)
    index, preferred = _selectivity(rates)
    responding = rates.max(axis=0) >= 4.0
    wired = coordinates(circuit.nodes["V1.L4E"]["population"], SEED).orientation_deg
    assert responding.sum() > 100
    assert np.median(index[responding]) > 0.3
    off_deg = orientation_distance(preferred, wired)[responding]
    # 45 deg is chance.
    assert np.median(off_deg) < 15.0
    at_wired, across = _at_wired_and_across(rates, wired)
    assert at_wired > 2 * across


def test_layer_4_with_unselective_geniculate_input_is_not_tuned() -> None:
    circuit = _geniculate_and_layer_4()
    gabor = projections(circuit)["LGN.TC -> V1.L4E"]
    blurred = with_projection(circuit, replace(gabor, rule=Uniform()))
    rates = _responses(blurred)
    index, preferred = _selectivity(rates)
    wired = coordinates(circuit.nodes["V1.L4E"]["population"], SEED).orientation_deg
    responding = rates.max(axis=0) >= 4.0
    assert responding.sum() > 100
    off_deg = orientation_distance(preferred, wired)[responding]
    assert np.median(off_deg) == pytest.approx(45.0, abs=5.0)
    # Few spikes a cell make some index even without tuning.
    assert np.median(index[responding]) < 0.3
    at_wired, across = _at_wired_and_across(rates, wired)
    assert at_wired == pytest.approx(across, rel=0.1)
