"""A long run grows in a folder that never looks whole before it is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from circuits.errors import CtloopError
from circuits.runs.place import META
from circuits.runs.resume import resume
from circuits.runs.store import read_meta
from circuits.runs.whole_file import write_whole


def _finish(folder: Path) -> None:
    write_whole(folder / META, json.dumps({"complete": True}).encode())


def test_what_was_done_is_found_again_and_the_folder_gets_its_name_at_the_end(
    tmp_path: Path,
) -> None:
    out = tmp_path / "run"
    with pytest.raises(CtloopError, match="ended without"), resume(out, {"seed": 1}) as folder:
        write_whole(folder / "part-1", b"done")
    assert not out.exists()
    with resume(out, {"seed": 1}) as folder:
        assert (folder / "part-1").read_bytes() == b"done"
        with pytest.raises(CtloopError, match="incomplete run"):
            read_meta(folder)
        _finish(folder)
    assert read_meta(out)["complete"]
    assert list(tmp_path.iterdir()) == [out]


def test_another_command_is_refused_and_told_what_differs(tmp_path: Path) -> None:
    with pytest.raises(CtloopError, match="ended without"), resume(tmp_path / "run", {"seed": 1}):
        pass
    with (
        pytest.raises(CtloopError, match=r"another command .it differs in seed"),
        resume(tmp_path / "run", {"seed": 2}),
    ):
        pass


def test_a_folder_somebody_works_in_is_left_alone(tmp_path: Path) -> None:
    asked: dict[str, int] = {}
    with pytest.raises(CtloopError, match="ended without"), resume(tmp_path / "run", asked):
        pass
    meta = tmp_path / "run.unfinished" / META
    data = json.loads(meta.read_text())
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        meta.write_text(json.dumps({**data, "pid": other.pid}))
        with (
            pytest.raises(CtloopError, match="worked in by process"),
            resume(tmp_path / "run", asked),
        ):
            pass
        other.communicate(b"\n")
    with resume(tmp_path / "run", asked) as folder:
        _finish(folder)


def test_a_finished_run_is_never_overwritten(tmp_path: Path) -> None:
    with resume(tmp_path / "run", {}) as folder:
        _finish(folder)
    with pytest.raises(CtloopError, match="never overwritten"), resume(tmp_path / "run", {}):
        pass
