"""Spikes of others: read from SONATA and NWB alike, and replayed by the spike source they are for."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import numpy as np
import pytest

from circuits.errors import CtloopError
from circuits.records import Spikes
from circuits.runs.run import RunData
from circuits.runs.store import save
from exported import circuit, finished, spikes
from sims.alternation.declaration import AlternationRequest
from sims.alternation.experiment import _jobs
from sims.alternation.plan import plan
from sims.cli import main as cli
from sims.recordings.spikes import UNITS, given_spikes, read_spikes
from sims.runs.address import address
from thalamus.loop import corticothalamic_loop
from thalamus.names import RETINA


def same(one: Spikes, other: Spikes) -> None:
    np.testing.assert_allclose(one.times_ms, other.times_ms)
    np.testing.assert_array_equal(one.cells, other.cells)


def test_the_spikes_of_a_run_are_read_back_from_its_own_file(tmp_path: Path) -> None:
    run = finished(tmp_path / "run")
    found = read_spikes(run / "run.h5")
    assert set(found) == set(spikes())
    for name, train in spikes().items():
        same(found[name], train)


def test_the_same_spikes_are_read_from_nwb_without_pynwb(tmp_path: Path) -> None:
    pytest.importorskip("pynwb", reason="pip install pynwb, which writes the file read here")
    run = finished(tmp_path / "run")
    assert cli.main(["export", str(run), "--to", "nwb", str(tmp_path / "run.nwb")]) == 0
    found = read_spikes(tmp_path / "run.nwb")
    for name, train in spikes().items():
        same(found[name], train)


def recording(path: Path) -> Path:
    """Units as most recordings hold them: times alone, in s, neither populations nor local indices."""
    with h5py.File(path, "w") as file:
        file.attrs["nwb_version"] = "2.7.0"
        units = file.create_group("units")
        units["spike_times"], units["spike_times_index"] = [0.01, 0.03, -0.5, 0.02], [2, 2, 4]
    return path


def test_units_without_populations_are_numbered_in_their_order(tmp_path: Path) -> None:
    found = read_spikes(recording(tmp_path / "r.nwb"))
    assert list(found) == [UNITS]
    same(found[UNITS], Spikes(np.array([-500.0, 10, 20, 30]), np.array([2, 0, 2, 0])))


def test_a_recording_goes_to_the_only_spike_source_and_begins_at_zero(tmp_path: Path) -> None:
    found = given_spikes([str(recording(tmp_path / "r.nwb"))], circuit())
    same(found["Eye.GC"], Spikes(np.array([10.0, 20, 30]), np.array([0, 2, 0])))


def test_a_named_population_is_given_what_the_file_has_of_it(tmp_path: Path) -> None:
    run = finished(tmp_path / "run")
    for text in (str(run / "run.h5"), f"Eye.GC={run / 'run.h5'}"):
        found = given_spikes([text], circuit())
        assert list(found) == ["Eye.GC"]
        same(found["Eye.GC"], spikes()["Eye.GC"])


def test_what_does_not_fit_is_refused_with_what_there_is(tmp_path: Path) -> None:
    run = finished(tmp_path / "run")
    with pytest.raises(CtloopError, match=r"unknown spike source 'V1.E'; nearest: Eye.GC"):
        given_spikes([f"V1.E={run / 'run.h5'}"], circuit())
    more = {"Eye.GC": Spikes(np.array([1.0]), np.array([6]))}
    save(RunData(meta={}, spikes=more), tmp_path / "more")
    with pytest.raises(CtloopError, match=r"spikes of cell 6; Eye\.GC has 6 cells"):
        given_spikes([str(tmp_path / "more" / "run.h5")], circuit())
    with pytest.raises(CtloopError, match="holds no spikes of any spike source"):
        given_spikes([str(run / "run.h5")], corticothalamic_loop(0.002))


@pytest.mark.parametrize("content", [b"", b"hello", b"\x89HDF\r\n\x1a\nhello"])
def test_what_is_neither_sonata_nor_nwb_is_one_line(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.h5").write_bytes(content)
    with pytest.raises(CtloopError, match="SONATA") as refused:
        read_spikes(tmp_path / "x.h5")
    assert len(str(refused.value).splitlines()) == 1


def retina(folder: Path) -> str:
    """A file with two spikes of the retina of a small loop."""
    given = {RETINA: Spikes(np.array([5.0, 6.0]), np.array([0, 1]))}
    return str(save(RunData(meta={}, spikes=given), folder) / "run.h5")


def test_the_run_replays_the_given_spikes_and_its_templates_see_their_gratings(
    tmp_path: Path,
) -> None:
    file = retina(tmp_path / "eye")
    request = AlternationRequest(scale=0.002, duration_s=0.3, spikes=(file,), engine="numpy")
    planned = plan(request)
    from sims.alternation.templates import template_request

    jobs = {job.name: job for job in _jobs(planned, {45.0: template_request(request, 45.0)}, None)}
    for name in ("run", "without L6"):
        same(jobs[name].inputs[RETINA], Spikes(np.array([5.0, 6.0]), np.array([0, 1])))
    assert jobs["template 45"].inputs[RETINA].times_ms.size > 2
    assert planned.meta["stimulus"] == {"stimulus": "given spikes", "files": [file]}


def test_other_spikes_are_another_run_under_the_same_name(tmp_path: Path) -> None:
    file = retina(tmp_path / "eye")
    request = AlternationRequest(scale=0.002, spikes=(file,), engine="numpy")
    before = address(request)
    with h5py.File(file, "a") as opened:
        opened[f"spikes/{RETINA}/timestamps"][0] = 4.0
    assert address(request) != before


def test_the_command_line_refuses_a_file_that_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.h5").write_text(json.dumps({}))
    for text in (str(tmp_path / "x.h5"), str(tmp_path / "no.nwb"), f"V1.L4E={tmp_path / 'x.h5'}"):
        assert cli.main(["run", "evoked", "--scale", ".002", "--spikes", text]) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1
