"""The place of a run: free before it begins, and filled in one step when it is whole.

Work is done in a folder of its own beside the place (or inside it, where nothing can be written
beside: the volume of a container). What `refuse_finished` accepts, `put` can fill; if the last step fails all
the same, the finished work stays and the error says where.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import socket
from pathlib import Path

from circuits.errors import CtloopError
from circuits.files import reason, unwritable, user_path
from circuits.machine.processes import alive

META = "run.json"
#: What the folder of work in progress is called: the place's name and one of these.
INCOMPLETE, UNFINISHED, FINISHED = ".incomplete", ".unfinished", ".finished"
_LONGEST_NAME = 255  # bytes, on every usual file system
_LONGEST_HOST = 64  # characters


def real(path: str | os.PathLike[str]) -> Path:
    """Give the place a path means: `~`, symbolic links, `.` and `..` are followed, relative no more."""
    return Path(os.path.realpath(user_path(path)))


def refuse_finished(path: Path) -> None:
    """Stop before any work is done if a place is not free.

    Raises
    ------
    CtloopError
        If it is a file, a folder that is not empty (but for work in progress), or cannot be looked at.
    """
    place = real(path)
    try:
        held = _holds(place)
    except OSError as error:
        msg = f"{path} cannot be a run folder: {reason(error)}"
        raise CtloopError(msg) from error
    if held:
        what = "a finished run" if (place / META).is_file() else "something else"
        msg = f"{path} already holds {what} and is never overwritten; give another --out"
        raise CtloopError(msg)


def _holds(place: Path) -> bool:
    try:
        names = [entry.name for entry in place.iterdir()]
    except FileNotFoundError:
        return False
    except NotADirectoryError:
        if os.path.lexists(place):  # a file, a device
            return True
        raise  # one of its parents is a file
    return any(not name.startswith((INCOMPLETE, UNFINISHED)) for name in names)


def work_folder(path: Path) -> Path:
    """Make a new folder to work in, for a place that `real` gave.

    Returns
    -------
    Path
        `<path>.incomplete-<pid>-<host>`, or a folder of that ending inside `path` where nothing can be
        written beside. The name tells whose it is even if its process is killed before it writes a word.

    Raises
    ------
    CtloopError
        If nothing can be written there.
    """
    if path.is_dir():
        remove_dead(path)
    if path.parent.is_dir():
        remove_dead(path.parent)
    number = 1
    while True:
        again = "" if number == 1 else f".{number}"  # an earlier process of that number was killed
        try:
            return _make(path, f"{INCOMPLETE}-{os.getpid()}{again}-{_host()}")
        except FileExistsError:
            number += 1


def long_work_folder(path: Path) -> Path:
    """Give the folder of a long run, found or made: `<path>.unfinished`, see `work_folder`."""
    known = (beside(path, UNFINISHED), path / UNFINISHED)
    for folder in known:
        if folder.is_dir():
            return folder
    try:
        return _make(path, UNFINISHED)
    except FileExistsError:  # a file, or another process was quicker
        return next((folder for folder in known if folder.is_dir()), known[0])


def beside(path: Path, suffix: str) -> Path:
    """Give the path with a suffix, its name cut where both together are too long for a name."""
    room = _LONGEST_NAME - len(os.fsencode(suffix))
    return path.parent / (os.fsdecode(os.fsencode(path.name)[:room]) + suffix)


def _make(path: Path, suffix: str) -> Path:
    """Make the folder beside the place, else inside it."""
    inside = path / suffix
    if path.is_dir() and _must_stay(path):
        return _made(inside, path)
    folder = beside(path, suffix)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _refuse_long(path)
        folder.mkdir()
    except FileExistsError:
        if folder.parent.is_dir():
            raise
        msg = (
            f"{path} cannot be written: {folder.parent} is a file, not a folder; give another --out"
        )
        raise CtloopError(msg) from None
    except OSError as error:
        if path.is_dir() and error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            return _made(inside, path)
        raise unwritable(path, error) from error
    return folder


def _made(folder: Path, path: Path) -> Path:
    try:
        folder.mkdir()
    except FileExistsError:
        raise
    except OSError as error:
        raise unwritable(path, error) from error
    return folder


def _refuse_long(path: Path) -> None:
    if len(os.fsencode(path.name)) > _LONGEST_NAME:
        raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG))


def _must_stay(path: Path) -> bool:
    """Tell whether a folder cannot be replaced: a mount point, or a folder somebody works in."""
    here = Path(os.path.realpath(os.curdir))
    return path.is_mount() or path == here or path in here.parents or not path.name


def remove_dead(folder: Path) -> None:
    """Remove from a folder of runs what those that were killed on this machine have left there."""
    for left in folder.glob(f"*{INCOMPLETE}-*"):
        if abandoned(left):
            shutil.rmtree(left, ignore_errors=True)


def abandoned(folder: Path) -> bool:
    """Tell whether a folder is incomplete, and its process was of this machine and is gone."""
    process = _process_of(folder)
    return process is not None and not alive(process)


def at_work(folder: Path) -> bool:
    """Tell whether a folder is incomplete, and its process is of this machine and still there."""
    process = _process_of(folder)
    return process is not None and alive(process)


def _process_of(folder: Path) -> int | None:
    """Give the process that makes an incomplete run; None if it is finished or another machine's."""
    try:
        meta = json.loads((folder / META).read_bytes())
        ours = not meta.get("complete") and meta.get("host") == socket.gethostname()
        return int(meta.get("pid", 0)) if ours else None
    except FileNotFoundError:
        return _named_process(folder)
    except (OSError, ValueError, AttributeError, TypeError):
        return None


def _named_process(folder: Path) -> int | None:
    """Give the process of this machine that a work folder's name tells; None if it tells none."""
    maker = folder.name.rpartition(f"{INCOMPLETE}-")[2]
    number, _, host = maker.partition("-")
    number = number.partition(".")[0]
    return int(number) if host == _host() and number.isdecimal() else None


def _host() -> str:
    """Give this machine's name as a part of a file's name."""
    return re.sub(r"[^A-Za-z0-9-]", "_", socket.gethostname())[:_LONGEST_HOST]


def put(folder: Path, path: Path) -> None:
    """Bring finished work to its place: by one rename, else entry by entry with `run.json` last.

    Parameters
    ----------
    folder : Path
        From `work_folder` or `long_work_folder`.
    path : Path
        The place, as `real` gave it.

    Raises
    ------
    CtloopError
        If it cannot be done; the work stays, and the message says where.
    """
    try:
        refuse_finished(path)
        _bring(folder, path)
    except (OSError, CtloopError) as error:
        stays = _set_aside(folder, path)
        why = reason(error) if isinstance(error, OSError) else str(error)
        msg = f"the run is finished and whole, but lies in {stays}, not in {path}: {why}"
        raise CtloopError(msg) from error


def _bring(folder: Path, path: Path) -> None:
    if not (path.is_dir() and (folder.parent == path or _must_stay(path))):
        try:
            folder.rename(path)
            return
        except OSError:
            path.mkdir(exist_ok=True)
            if _holds(path):
                raise
    _move_content(folder, path)


def _move_content(folder: Path, path: Path) -> None:
    """Move all entries, `run.json` last; if one cannot be moved, all stay where they were."""
    entries = sorted(folder.iterdir(), key=lambda entry: (entry.name == META, entry.name))
    begun: list[Path] = []
    try:
        for entry in entries:
            to = path / entry.name
            if os.path.lexists(to):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(to))
            begun.append(to)
            _copy(entry, to)
    except BaseException:
        for copy in begun:
            _remove(copy)
        raise
    shutil.rmtree(folder, ignore_errors=True)


def _copy(entry: Path, to: Path) -> None:
    """Copy an entry so that a file is there whole or not at all; without copying where links can be."""
    if entry.is_dir() and not entry.is_symlink():
        to.mkdir()
        for inner in sorted(entry.iterdir()):
            _copy(inner, to / inner.name)
        return
    try:
        os.link(entry, to, follow_symlinks=False)
    except FileExistsError:
        raise
    except OSError:  # another disk, or one that knows no links
        part = to.with_name(f".{os.getpid()}.part")
        shutil.copy2(entry, part, follow_symlinks=False)
        part.replace(to)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _set_aside(folder: Path, path: Path) -> Path:
    """Give finished work a name that says so, where that can be; it stays in any case."""
    name = f"{FINISHED}-{os.getpid()}"
    aside = path / name.lstrip(".") if folder.parent == path else beside(path, name)
    try:
        if not os.path.lexists(aside):
            folder.rename(aside)
            return aside
    except OSError:
        pass
    return folder
