"""What a stimulus evokes, from counts whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from circuits.engine.simulate import Result
from circuits.layout import coordinates
from circuits.records import Spikes
from circuits.spec import populations
from sims.evoked.experiment import measure, orthogonal
from sims.evoked.metrics import METRICS
from sims.experiments.stimulus_request import DISCARD_MS
from thalamus.loop import corticothalamic_loop


def test_evoked_is_stimulus_minus_blank_and_tuning_points_at_the_stimulus() -> None:
    circuit = corticothalamic_loop(0.001)
    cell_groups = populations(circuit)
    nothing = Spikes(np.empty(0), np.empty(0, dtype=np.int64))
    preferred = coordinates(cell_groups["V1.L4E"], 0).orientation_deg
    near = np.flatnonzero(np.abs(preferred - 45) < 20)
    cells = np.repeat(near, 10)
    spikes = Spikes(np.full(cells.size, DISCARD_MS + 10.0), cells)
    early = Spikes(np.full(cells.size, 10.0), cells)
    silent = {n: nothing for n in cell_groups}
    duration = DISCARD_MS + 2000.0
    results = {
        "stimulus": Result({**silent, "V1.L4E": spikes, "LGN.TC": early}, {}, {}, {}, duration),
        "blank": Result(silent, {}, {}, {}, duration),
    }
    found = measure(circuit, results, 0, 45.0)
    assert found["evoked_V1.L4E_hz"] == pytest.approx(cells.size / cell_groups["V1.L4E"].count / 2)
    assert found["evoked_LGN.TC_hz"] == 0.0
    near_rate = found["evoked_near_V1.L4E_hz"]
    assert isinstance(near_rate, float)
    assert near_rate == pytest.approx(5.0, abs=1.0)
    error, strength = found["tuning_error_V1.L4E_deg"], found["tuning_V1.L4E"]
    assert isinstance(error, float)
    assert isinstance(strength, float)
    assert abs(error) < 5
    assert strength > 0.8
    assert found["tuning_V1.L23E"] is None
    assert found["tuning_V1.L23E_reason"] == "under 30 evoked spikes"


def test_what_an_experiment_measures_is_described_with_its_unit() -> None:
    circuit = corticothalamic_loop(0.001)
    nothing = Spikes(np.empty(0), np.empty(0, dtype=np.int64))
    silent = Result({n: nothing for n in populations(circuit)}, {}, {}, {}, DISCARD_MS + 2000.0)
    found = measure(circuit, {k: silent for k in ("stimulus", "blank", "orthogonal")}, 0, 45.0)
    keys = [k for k in found if not k.endswith("_reason")]
    assert {"decode_V1", "gain_lgn", "burst_fraction_lgn", "power_theta_V1.L5_db"} <= set(keys)
    assert all(METRICS.describe(k)[1] for k in keys)
    assert all(f"{k}_reason" in found for k in keys if found[k] is None)
    assert found["decode_V1"] is None  # nothing can be decoded from a silent area


def test_only_a_grating_has_an_orthogonal_one() -> None:
    assert orthogonal("drifting:135@2Hz") == "drifting:45@2Hz"
    assert orthogonal("grating:45") == "grating:135"
    assert orthogonal("photo.png") is None
