"""The progress file in a run folder: what it says, and that it never ends a run."""

from __future__ import annotations

from pathlib import Path

from sims.report.progress import SilentProgress
from sims.report.progress_file import FILE, FileProgress, read_progress


def test_stages_and_notes_are_read_back_and_a_finished_run_has_none(tmp_path: Path) -> None:
    clock = iter(float(n) for n in range(100))
    shown = FileProgress(tmp_path / FILE, SilentProgress(), clock=lambda: next(clock))
    shown.stage("simulating", 10.0)
    shown.update("simulating", 5.0)
    shown.note("NumPy, 1 thread")
    found = read_progress(tmp_path)
    assert found is not None
    (stage,) = found["stages"]
    assert (stage["name"], stage["done"], stage["total"]) == ("simulating", 5.0, 10.0)
    assert stage["left_s"] > 0
    assert found["notes"] == ["NumPy, 1 thread"]
    shown.done("simulating")
    shown.close()
    assert read_progress(tmp_path) is None


def test_a_folder_that_is_gone_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    FileProgress(tmp_path / "file" / FILE, SilentProgress()).stage("simulating")
    assert read_progress(tmp_path / "file") is None
