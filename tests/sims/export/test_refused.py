"""What cannot be exported: one line, code 2, nothing written."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

from circuits import spec
from exported import circuit, finished
from sims.cli import main as cli

Captured = pytest.CaptureFixture[str]


def refused(capsys: Captured, *words: object) -> str:
    assert cli.main(["export", *map(str, words)]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert len(shown.err.splitlines()) == 1
    return shown.err


def test_an_unknown_format_is_refused_with_the_nearest(tmp_path: Path, capsys: Captured) -> None:
    run = finished(tmp_path / "run")
    assert "nearest: nwb" in refused(capsys, run, "--to", "nbw", tmp_path / "x")


def test_a_run_that_is_still_running_is_refused(tmp_path: Path, capsys: Captured) -> None:
    run = tmp_path / "run"
    run.mkdir()
    started = {"complete": False, "pid": os.getpid(), "host": socket.gethostname()}
    (run / "run.json").write_text(json.dumps(started))
    message = refused(capsys, run, "--to", "nwb", tmp_path / "x.nwb")
    assert "it is still running" in message


def test_what_is_neither_run_nor_circuit_is_refused(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    assert "not JSON" in refused(capsys, tmp_path / "notes.txt", "--to", "nwb", tmp_path / "x.nwb")
    assert "no such folder" in refused(capsys, tmp_path / "no", "--to", "nwb", tmp_path / "x.nwb")


def test_a_circuit_has_no_spikes_for_nwb(tmp_path: Path, capsys: Captured) -> None:
    spec.save(circuit(), tmp_path / "c.json")
    assert "no spikes" in refused(capsys, tmp_path / "c.json", "--to", "nwb", tmp_path / "x.nwb")


def test_another_ending_is_refused(tmp_path: Path, capsys: Captured) -> None:
    run = finished(tmp_path / "run")
    assert "x.nwb" in refused(capsys, run, "--to", "nwb", tmp_path / "x.h5")
    assert not (tmp_path / "x.h5").exists()


def test_nothing_is_written_over(tmp_path: Path, capsys: Captured) -> None:
    run = finished(tmp_path / "run")
    (tmp_path / "x.nwb").write_text("precious")
    assert "never overwritten" in refused(capsys, run, "--to", "nwb", tmp_path / "x.nwb")


def test_an_unknown_dialect_and_a_seed_for_a_run_are_refused(
    tmp_path: Path, capsys: Captured
) -> None:
    run, out = finished(tmp_path / "run"), tmp_path / "net"
    assert "nearest: brian2" in refused(capsys, run, "--to", "sonata", out, "--dialect", "brain2")
    assert "seed of its own" in refused(capsys, run, "--to", "sonata", out, "--seed", 4)
    spec.save(circuit(), tmp_path / "c.json")
    wrong = refused(capsys, tmp_path / "c.json", "--to", "sonata", out, "--seed", -1)
    assert "0 or more" in wrong
    assert not out.exists()


def test_a_run_without_a_circuit_has_no_cells_to_export(tmp_path: Path, capsys: Captured) -> None:
    run = finished(tmp_path / "run", meta={"seed": 1, "duration_ms": 100.0})
    assert "stores no circuit" in refused(capsys, run, "--to", "sonata", tmp_path / "net")
