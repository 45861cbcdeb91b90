"""What the check before a run accepts, the last step can fill; and finished work is never removed."""

from __future__ import annotations

import errno
import json
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from circuits.errors import CtloopError
from circuits.runs import place, store
from circuits.runs.resume import resume
from circuits.runs.run import RunData
from circuits.runs.whole_file import write_whole

Make = Callable[[Path], Path]


def _run(out: Path) -> None:
    """Make a small run with a folder in it."""
    with store.claim(out) as folder:
        (folder / "figures").mkdir()
        (folder / "figures" / "a.png").write_bytes(b"picture")
        store.write(RunData(meta={"seed": 4}, metrics={"a": 1}), folder)


def _whole(out: Path) -> bool:
    names = sorted(p.name for p in out.iterdir())
    assert names == ["figures", "metrics.json", "run.h5", "run.json"]
    assert (out / "figures" / "a.png").read_bytes() == b"picture"
    return store.load(out).meta == {"seed": 4, "complete": True}


def _refuse(number: int) -> Callable[..., None]:
    def raises(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return raises


def _link_to_empty(tmp: Path) -> Path:
    (tmp / "empty").mkdir()
    (tmp / "link").symlink_to("empty")
    return tmp / "link"


def _dangling(tmp: Path) -> Path:
    (tmp / "link").symlink_to("elsewhere/run")
    return tmp / "link"


def _empty(tmp: Path) -> Path:
    (tmp / "empty").mkdir()
    return Path(f"{tmp}/empty/")


def _in_and_out(tmp: Path) -> Path:
    return tmp / "nowhere" / ".." / "run"


def _long(tmp: Path) -> Path:
    return tmp / ("é" * 127)


def _not_text(tmp: Path) -> Path:
    return tmp / os.fsdecode(b"\xff \n")


@pytest.mark.parametrize("make", [_link_to_empty, _dangling, _empty, _in_and_out, _long, _not_text])
def test_every_place_that_is_accepted_is_filled(make: Make, tmp_path: Path) -> None:
    out = make(tmp_path)
    _run(out)
    assert _whole(place.real(out))
    assert not [p for p in tmp_path.rglob("*incomplete*")]
    if make in (_link_to_empty, _dangling):
        assert out.is_symlink()


@pytest.mark.parametrize("make", [_link_to_empty, _dangling, _empty, _in_and_out, _long])
def test_so_is_every_place_of_a_long_run(make: Make, tmp_path: Path) -> None:
    out = make(tmp_path)
    for _ in range(2):  # the first is stopped
        with pytest.raises(CtloopError, match="ended without"), resume(out, {"seed": 1}):
            pass
    with resume(out, {"seed": 1}) as folder:
        write_whole(folder / place.META, b'{"complete": true}')
    assert store.read_meta(place.real(out))["complete"]
    assert not [p for p in tmp_path.rglob("*unfinished*")]


def test_the_current_folder_is_filled_and_stays_the_same_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    before = Path().stat().st_ino
    _run(Path())
    assert _whole(tmp_path / "here")
    assert Path().stat().st_ino == before


def test_a_relative_place_is_the_one_it_was_when_the_work_began(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path)
    with store.claim(Path("run")) as folder:
        monkeypatch.chdir("other")
        (folder / "figures").mkdir()
        (folder / "figures" / "a.png").write_bytes(b"picture")
        store.write(RunData(meta={"seed": 4}, metrics={"a": 1}), folder)
    assert _whole(tmp_path / "run")


@pytest.mark.parametrize("number", [errno.EBUSY, errno.EXDEV, errno.EPERM])
@pytest.mark.parametrize("links", [True, False])
def test_a_folder_no_rename_can_replace_is_filled_entry_by_entry(
    number: int, links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "volume").mkdir()
    before = (tmp_path / "volume").stat().st_ino
    monkeypatch.setattr(os, "rename", _refuse(number))
    if not links:
        monkeypatch.setattr(os, "link", _refuse(errno.EXDEV))
    _run(tmp_path / "volume")
    assert _whole(tmp_path / "volume")
    assert (tmp_path / "volume").stat().st_ino == before
    assert [p.name for p in tmp_path.iterdir()] == ["volume"]


def test_a_mount_point_is_worked_in_and_filled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "volume").mkdir()
    monkeypatch.setattr(Path, "is_mount", lambda path: path == tmp_path / "volume")
    with store.claim(tmp_path / "volume") as folder:
        assert folder.parent == tmp_path / "volume"  # beside it lies another, perhaps small disk
        store.write(RunData(meta={}), folder)
    assert sorted(p.name for p in (tmp_path / "volume").iterdir()) == [
        "metrics.json", "run.h5", "run.json",
    ]  # fmt: skip


def test_an_empty_folder_in_one_that_may_not_be_written_is_worked_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine").mkdir()
    _forbid(tmp_path, monkeypatch)
    _run(tmp_path / "mine")
    assert _whole(tmp_path / "mine")


def test_a_folder_that_may_not_be_made_is_refused_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _forbid(tmp_path, monkeypatch)
    with pytest.raises(CtloopError, match=r"cannot be written: Permission denied"):
        place.work_folder(place.real(tmp_path / "a"))


def _forbid(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be made or renamed in a folder (its own user may be root, whom no mode stops)."""
    mkdir, rename = Path.mkdir, os.rename

    def make(path: Path, *given: object, **options: object) -> None:
        if path.parent == folder and not path.exists():
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        mkdir(path, *given, **options)  # type: ignore[arg-type]

    def move(old: Path, new: Path) -> None:
        if folder in (Path(old).parent, Path(new).parent):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(old))
        rename(old, new)

    monkeypatch.setattr(Path, "mkdir", make)
    monkeypatch.setattr(os, "rename", move)


def test_finished_work_stays_where_somebody_else_took_the_place(tmp_path: Path) -> None:
    out = tmp_path / "run"
    finishes = store.claim(out)
    store.write(RunData(meta={"seed": 4}), finishes.__enter__())
    out.mkdir()
    (out / "other").write_text("theirs")
    with pytest.raises(CtloopError, match="finished and whole, but lies in") as caught:
        finishes.__exit__(None, None, None)
    (left,) = (p for p in tmp_path.iterdir() if p != out)
    assert str(left) in str(caught.value)
    assert store.load(left).meta["seed"] == 4
    assert [p.name for p in out.iterdir()] == ["other"]


def test_finished_work_stays_where_nothing_can_be_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "run").mkdir()
    for name in ("rename", "link"):
        monkeypatch.setattr(os, name, _refuse(errno.EXDEV))
    monkeypatch.setattr(place.shutil, "copy2", _refuse(errno.ENOSPC))
    with pytest.raises(CtloopError, match=r"lies in .*No space left"):
        store.save(RunData(meta={"seed": 4}), tmp_path / "run")
    assert not list((tmp_path / "run").iterdir())
    (left,) = (p for p in tmp_path.iterdir() if p.name != "run")
    assert store.load(left).meta["seed"] == 4


def test_two_that_work_for_one_place_never_share_a_folder(tmp_path: Path) -> None:
    one, two = (place.work_folder(tmp_path / "run") for _ in range(2))
    assert one != two
    assert one.is_dir()
    assert two.is_dir()


@pytest.mark.parametrize("taken", ["a file", "a full folder", "a device", "in a file", "a circle"])
def test_a_place_that_is_not_free_is_refused(taken: str, tmp_path: Path) -> None:
    path = tmp_path / "run"
    if taken == "a file":
        path.write_text("")
    elif taken == "a full folder":
        path.mkdir()
        (path / "x").write_text("")
    elif taken == "a device":
        path = Path(os.devnull)
    elif taken == "in a file":
        path.write_text("")
        path = path / "run"
    else:
        path.symlink_to("run")
    with pytest.raises(CtloopError, match=r"already holds|cannot be a run folder"):
        place.refuse_finished(path)


def test_what_a_killed_run_left_inside_a_place_is_removed_by_the_next(tmp_path: Path) -> None:
    dead = tmp_path / "volume" / ".incomplete-999999999"
    dead.mkdir(parents=True)
    host = place.socket.gethostname()
    (dead / place.META).write_text(f'{{"complete": false, "pid": 999999999, "host": "{host}"}}')
    _run(tmp_path / "volume")
    assert _whole(tmp_path / "volume")


def test_the_next_run_removes_what_a_killed_one_left_beside_it(tmp_path: Path) -> None:
    dead, alive, other = (tmp_path / f"a.incomplete-{n}" for n in (1, 2, 3))
    host = socket.gethostname()
    for folder, meta in (
        (dead, {"complete": False, "host": host, "pid": 2**22 + 1}),
        (alive, {"complete": False, "host": host, "pid": os.getpid()}),
        (other, {"complete": False, "host": "elsewhere", "pid": 2**22 + 1}),
    ):
        folder.mkdir()
        (folder / "run.json").write_text(json.dumps(meta))
    store.save(RunData(meta={"seed": 4}), tmp_path / "b")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.incomplete-2", "a.incomplete-3", "b"]


def test_a_folder_left_before_its_first_word_was_written_is_removed_too(tmp_path: Path) -> None:
    """A process may be killed between the making of the folder and its `run.json`."""
    alive = place.work_folder(tmp_path / "a")
    again = place.work_folder(tmp_path / "a")
    assert again != alive
    gone = 2**22 + 1
    names = [p.name.replace(str(os.getpid()), str(gone)) for p in (alive, again)]
    elsewhere = f"a.incomplete-{gone}-elsewhere"
    for name in (*names, elsewhere):
        (tmp_path / name).mkdir()
    place.remove_dead(tmp_path)
    assert {p.name for p in tmp_path.iterdir()} == {alive.name, again.name, elsewhere}
