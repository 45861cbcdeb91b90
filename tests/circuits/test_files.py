"""Paths as users write them, and the system's reasons in one line."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from circuits.errors import CtloopError, NoRoom
from circuits.files import is_file, read_bytes, read_text, reason, unwritable, user_path


def test_a_tilde_is_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    assert user_path("~/runs") == Path("/home/ada/runs")
    assert user_path(Path("~/runs")) == Path("/home/ada/runs")
    assert user_path("runs/~") == Path("runs/~")


def test_the_home_folder_of_nobody_is_refused_unless_a_file_is_called_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CtloopError, match=r"no home folder ~no-such-user; .* \./~no-such-user"):
        user_path("~no-such-user/x")
    (tmp_path / "~no-such-user").write_text("")
    assert user_path("~no-such-user") == Path("~no-such-user")


@pytest.mark.parametrize(
    "text", [".", "..", "a b", "a\nb", "C:\\runs\\a", "größe", os.fsdecode(b"\xff\xfe")]
)
def test_what_may_stand_in_a_name_stays_as_it_is(text: str) -> None:
    assert str(user_path(text)) == text


@pytest.mark.parametrize(("text", "why"), [("", "empty"), ("a\0b", "zero byte")])
def test_what_is_no_path_is_refused(text: str, why: str) -> None:
    with pytest.raises(CtloopError, match=why):
        user_path(text)


@pytest.mark.parametrize("text", ["", "a\0b", "x" * 5000, "grating:45", "~no-such-user/x", "/"])
def test_asking_for_a_file_never_raises(text: str) -> None:
    assert is_file(text) is False


def test_a_folder_that_may_not_be_entered_holds_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "stat", refuse)
    assert is_file("secret/movie.gif") is False


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.EACCES, "chmod"),
        (errno.EPERM, "chmod"),
        (errno.EMFILE, "ulimit -n"),
        (errno.ENFILE, "close some programs"),
        (errno.ENOENT, "check the name"),
        (errno.EISDIR, "a file was expected"),
        (errno.EIO, "the disk fails"),
        (errno.ESTALE, "network disk"),
        (errno.EAGAIN, "locked"),
        (errno.ENAMETOOLONG, "shorter name"),
        (errno.ENOSPC, "free some space"),
    ],
)
def test_every_reason_of_the_system_has_its_advice(number: int, advice: str) -> None:
    line = reason(OSError(number, os.strerror(number)))
    assert line.startswith(os.strerror(number))
    assert advice in line
    assert "damaged" not in line


def test_the_reason_is_found_in_a_librarys_text_and_behind_its_error() -> None:
    hdf5 = OSError(
        "Unable to synchronously open file (unable to lock file, errno = 11, error message = "
        "'Resource temporarily unavailable')"
    )
    assert "locked" in reason(hdf5)
    wrapped = ValueError("cannot load")
    wrapped.__cause__ = PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    assert reason(wrapped).startswith("Permission denied")
    assert reason(ValueError("first\nsecond")) == "first"
    assert reason(OSError("file signature not found")) == "file signature not found"


def test_reading_says_what_could_not_be_read_and_why(tmp_path: Path) -> None:
    with pytest.raises(CtloopError, match=r"cannot read the battery .*/b\.toml: No such file"):
        read_bytes(tmp_path / "b.toml", "the battery")
    with pytest.raises(CtloopError, match=r"it is a folder; name a file"):
        read_bytes(tmp_path)
    (tmp_path / "b.toml").write_bytes(b"a\xff")
    with pytest.raises(CtloopError, match="not text in UTF-8: byte 1"):
        read_text(tmp_path / "b.toml", "the battery")


def test_a_full_disk_is_an_error_of_its_own() -> None:
    full = unwritable(Path("runs/a"), OSError(errno.EDQUOT, os.strerror(errno.EDQUOT)))
    assert isinstance(full, NoRoom)
    assert "free some space" in str(full)
    denied = unwritable(Path("runs/a"), OSError(errno.EROFS, os.strerror(errno.EROFS)))
    assert not isinstance(denied, NoRoom)
    assert str(denied).startswith("runs/a cannot be written: Read-only file system")
