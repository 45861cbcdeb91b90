"""`ctloop export --to nwb`: whole, without a complaint of the inspector, and read back by others."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from exported import finished, spikes
from sims.cli import main as cli

pynwb = pytest.importorskip("pynwb", reason="pip install pynwb, which writes NWB files")

Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def exported_run(tmp_path_factory: Any) -> Path:
    folder = tmp_path_factory.mktemp("nwb")
    run = finished(folder / "run")
    assert cli.main(["export", str(run), "--to", "nwb", str(folder / "run.nwb")]) == 0
    return Path(folder / "run.nwb")


@pytest.fixture(scope="module")
def bare(tmp_path_factory: Any) -> Path:
    """A run with spikes alone: no field potential, no cycles, a stimulus that is no longer there."""
    folder = tmp_path_factory.mktemp("bare")
    run = finished(folder / "run", cycles=None, lfp=None, orientation_deg={},
                   meta={"duration_ms": 100.0, "stimulus": {"stimulus": "file"}})  # fmt: skip
    assert cli.main(["export", str(run), "--to", "nwb", str(folder / "run.nwb")]) == 0
    return Path(folder / "run.nwb")


@pytest.mark.parametrize("config", [None, "dandi"])
@pytest.mark.parametrize("which", ["exported_run", "bare"])
def test_the_inspector_has_nothing_to_say(
    which: str, config: str | None, request: pytest.FixtureRequest
) -> None:
    inspector = pytest.importorskip("nwbinspector", reason="pip install nwbinspector")
    chosen = {"config": inspector.load_config(config)} if config else {}
    found = inspector.inspect_nwbfile(nwbfile_path=request.getfixturevalue(which), **chosen)
    assert [f"{m.check_function_name}: {m.message}" for m in found] == []


def test_pynapple_reads_every_spike_the_field_and_the_cycles(exported_run: Path) -> None:
    nap = pytest.importorskip("pynapple", reason="pip install pynapple, which reads NWB files")
    # It keeps no cell of a single spike, so those of this run have two or none.
    data = nap.load_file(str(exported_run))
    units = data["units"]
    population = np.asarray(units["population"])
    assert len(units) == 8 + 4 + 6
    for name, train in spikes().items():
        ids = np.flatnonzero(population == name)
        found = [(t, k) for k, unit in enumerate(ids) for t in units[int(unit)].index.values]
        times, cells = np.array(sorted(found)).T
        np.testing.assert_allclose(times * 1e3, train.times_ms)
        np.testing.assert_array_equal(cells, train.cells)
    assert data["lfp"].shape == (100, 4)
    cycles = data["theta_cycles"]
    np.testing.assert_allclose(cycles.start * 1e3, [12, 40, 50, 80])
    assert list(cycles["part"]) == ["prediction", "outcome"] * 2


def test_the_field_has_its_electrodes_depths_and_unit(exported_run: Path, tmp_path: Path) -> None:
    with pynwb.NWBHDF5IO(exported_run, "r") as io:
        file = io.read()
        series = file.processing["ecephys"]["LFP"]["lfp"]
        depths = series.electrodes.table["depth_um"][:]
        np.testing.assert_array_equal(depths, [0, 100, 200, 300])
        expected = np.random.default_rng(0).normal(size=(4, 100)).astype(np.float32)
        np.testing.assert_allclose(series.get_data_in_units(), expected.T * 1e-6, rtol=1e-6)
        assert "circuit_spec" in file.scratch
        assert json.loads(file.scratch["circuit_spec"].data)["format"] == "ctloop circuit 1"
        (frame,) = file.stimulus_template["frames"].order_of_images
        assert frame.data.shape == (160, 160)


def test_silent_cells_are_units_too(exported_run: Path) -> None:
    with pynwb.NWBHDF5IO(exported_run, "r") as io:
        units = io.read().units
        trains = [units.get_unit_spike_times(k) for k in range(len(units))]
        assert sum(len(t) == 0 for t in trains) == 5 + 3
        np.testing.assert_allclose(units.get_unit_obs_intervals(0), [[0, 0.1]])


def test_without_pynwb_one_line_says_what_to_install(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = finished(tmp_path / "run")
    monkeypatch.setitem(sys.modules, "pynwb", None)
    assert cli.main(["export", str(run), "--to", "nwb", str(tmp_path / "x.nwb")]) == 2
    assert "pip install pynwb" in capsys.readouterr().err
    assert not (tmp_path / "x.nwb").exists()
