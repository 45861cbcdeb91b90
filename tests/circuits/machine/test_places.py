"""Folders for compiled code: the cache is optional, a place must let programs run, the dead leave nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from circuits.engine import choose as engine
from circuits.errors import CtloopError
from circuits.machine import cache, places, scratch
from circuits.machine.processes import begun, here


@pytest.fixture(autouse=True)
def _own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have temporary files in a folder of the test's own."""
    (tmp_path / "tmp").mkdir()
    places._probe.cache_clear()
    monkeypatch.setattr(places, "temporary", lambda: [tmp_path / "tmp"])
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))


def test_a_cache_that_cannot_be_made_lies_with_the_temporary_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "file" / "cache"))
    found = cache.folder("standalone")
    assert found.parent.parent == tmp_path / "tmp"
    assert not found.parent.stat().st_mode & 0o022


def test_a_user_without_a_home_has_a_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home() -> Path:
        msg = "could not determine home directory"
        raise RuntimeError(msg)

    monkeypatch.delenv(cache.VARIABLE)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", no_home)
    assert cache.folder("standalone").parent.parent == tmp_path / "tmp"


def test_a_cache_that_others_can_write_into_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "tmp" / f"ctloop-cache-{os.getuid()}").mkdir(mode=0o777)
    (tmp_path / "tmp" / f"ctloop-cache-{os.getuid()}").chmod(0o777)
    assert cache.bases() == [tmp_path / "cache"]


def test_a_place_where_programs_do_not_run_is_found_before_and_another_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "executes", lambda script: (tmp_path / "tmp") not in script.parents)
    with scratch.folder() as made:
        assert made.parent == tmp_path / "cache" / "scratch"
    assert not made.exists()


def test_no_place_where_programs_run_is_said_in_one_line_with_the_variable_to_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(places, "executes", lambda script: False)
    with pytest.raises(CtloopError, match=r"does not let programs run.*Set TMPDIR") as caught:
        engine.choose("standalone")
    assert len(str(caught.value).splitlines()) == 1
    choice = engine.choose()
    assert choice.engine == "numpy"
    assert "TMPDIR" in choice.note


def test_a_full_place_is_named(tmp_path: Path) -> None:
    assert places.why_not(tmp_path, room=1e18) == f"{tmp_path} is full"


def test_a_file_system_that_forbids_programs_is_noticed(tmp_path: Path) -> None:
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "noexec,size=1m", "tmpfs", str(tmp_path / "tmp")],
        capture_output=True, check=False,
    )  # fmt: skip
    if mounted.returncode:
        pytest.skip("mounting is not allowed here")
    try:
        place = tmp_path / "tmp"
        assert places.why_not(place, room=0) == f"{place} does not let programs run"
        assert places.why_not(place, runs=False, room=0) == ""
    finally:
        subprocess.run(["umount", str(tmp_path / "tmp")], check=True)


# --- what the dead leave --------------------------------------------------------------------------

LEAVER = """
import os
from circuits.machine import scratch
with scratch.folder() as made:
    print(made, flush=True)
    os.kill(os.getpid(), 9)
"""


def test_the_folder_of_a_killed_process_is_removed_by_the_next(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LEAVER], capture_output=True, text=True, check=False,
        env={**os.environ, "TMPDIR": str(tmp_path / "tmp")},
    )  # fmt: skip
    left = Path(done.stdout.strip())
    assert left.is_dir()
    assert left.parent == tmp_path / "tmp"
    with scratch.folder() as mine:
        assert not left.exists()
        assert mine.is_dir()
        scratch.sweep()  # as another process of this user would
        assert mine.is_dir()


def test_a_folder_is_left_to_its_owner_its_host_and_its_name(tmp_path: Path) -> None:
    place, dead = tmp_path / "tmp", "999999999"
    others = [
        place / f"ctloop-another.{here().rpartition('.')[2]}-{dead}-1-abc",
        place / f"ctloop-{here()}-{os.getpid()}-{begun(os.getpid())}-abc",
        place / "ctloop-experiment",
    ]
    again = place / f"ctloop-{here()}-{os.getpid()}-1-abc"  # an earlier process of our number
    for folder in (*others, again):
        folder.mkdir()
    if os.getuid() == 0:
        foreign = place / f"ctloop-{here()}-{dead}-1-abc"
        foreign.mkdir()
        os.chown(foreign, 12345, 12345)
        others.append(foreign)
    scratch.sweep()
    assert all(folder.is_dir() for folder in others)
    assert not again.exists()
