"""A recording is read as a run is: units by population, the field over depth; and shown beside one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from circuits.errors import CtloopError
from circuits.runs.store import load
from exported import finished, spikes
from sims.cli import main as cli
from sims.recordings.recording import read_recording


def session(path: Path, depth_um: list[float], rate_hz: float, potential_v: Any) -> Path:
    """A recording without units: one electrical series, in V."""
    with h5py.File(path, "w") as file:
        file.attrs["nwb_version"] = "2.7.0"
        file["general/extracellular_ephys/electrodes/rel_y"] = np.array(depth_um)
        series = file.create_group("acquisition/raw")
        series.attrs["neurodata_type"] = "ElectricalSeries"
        series["electrodes"] = np.arange(len(depth_um))
        series["data"] = np.asarray(potential_v)
        series["starting_time"] = 0.0
        series["starting_time"].attrs["rate"] = rate_hz
    return path


def test_an_exported_run_is_read_back_as_that_run(tmp_path: Path) -> None:
    pytest.importorskip("pynwb", reason="pip install pynwb, which writes the file read here")
    folder = finished(tmp_path / "run")
    assert cli.main(["export", str(folder), "--to", "nwb", str(tmp_path / "run.nwb")]) == 0
    run, found = load(folder), read_recording(tmp_path / "run.nwb")
    assert found.duration_ms == 100.0
    for name, train in spikes().items():
        np.testing.assert_allclose(found.spikes[name].times_ms, train.times_ms)
        assert found.populations[name].count == run.populations[name].count
    assert found.lfp is not None
    assert run.lfp is not None
    np.testing.assert_array_equal(found.lfp.depth_um, run.lfp.depth_um)
    np.testing.assert_allclose(found.lfp.potential_uv, run.lfp.potential_uv, rtol=1e-5)


def test_faster_series_come_to_a_value_each_ms_and_one_depth_to_one_channel(tmp_path: Path) -> None:
    time_s = np.arange(4000) / 2000.0
    wave = np.sin(2 * np.pi * 5 * time_s)
    depths = [200.0, 0.0, 100.0, 100.0]
    data = np.stack([2 * wave, 0 * wave, wave, 3 * wave], axis=1) * 1e-6
    found = read_recording(session(tmp_path / "s.nwb", depths, 2000.0, data)).lfp
    assert found is not None
    np.testing.assert_array_equal(found.depth_um, [0, 100, 200])
    assert found.potential_uv.shape == (3, 2000)
    inside = slice(200, 1800)  # a filter has no past at the ends
    np.testing.assert_allclose(found.potential_uv[1, inside], 2 * wave[::2][inside], atol=0.01)


def test_unevenly_spaced_depths_are_spaced_evenly(tmp_path: Path) -> None:
    data = np.tile([0.0, 1e-6, 4e-6], (50, 1))
    found = read_recording(session(tmp_path / "s.nwb", [0.0, 100.0, 400.0], 1000.0, data)).lfp
    assert found is not None
    np.testing.assert_array_equal(found.depth_um, [0, 200, 400])
    np.testing.assert_allclose(found.potential_uv[:, 0], [0, 2, 4])


def test_a_file_without_units_and_depths_is_refused(tmp_path: Path) -> None:
    file = session(tmp_path / "s.nwb", [0.0, np.nan, 1.0], 1000.0, np.zeros((50, 3)))
    with pytest.raises(CtloopError, match="neither units nor"):
        read_recording(file)


def test_a_sonata_file_is_no_recording(tmp_path: Path) -> None:
    run = finished(tmp_path / "run")
    with pytest.raises(CtloopError, match="is no NWB file, but a SONATA file"):
        read_recording(run / "run.h5")


def test_a_run_is_shown_beside_a_recording(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = finished(tmp_path / "run")
    data = np.random.default_rng(0).normal(size=(1500, 4)) * 1e-4
    file = session(tmp_path / "s.nwb", [0.0, 100.0, 200.0, 300.0], 1000.0, data)
    assert cli.main(["show", str(folder), "--beside", str(file)]) == 0
    shown = capsys.readouterr().out
    assert "recording: 1.5 s, 4 depths" in shown
    assert "V1.E" in shown
    assert (folder / "figures" / "beside.png").stat().st_size > 10_000
