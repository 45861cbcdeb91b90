"""The folder of runs that the lab shows: what is in it, and where an address leads."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from circuits.errors import CtloopError
from circuits.files import user_path
from circuits.runs import store
from circuits.runs.place import FINISHED, INCOMPLETE, META, UNFINISHED
from circuits.runs.run import RunData

#: How deep runs are looked for, and how many are listed at most, the newest first.
DEPTH, MOST = 4, 500
EFFECTS = "effects.json"
#: Runs that are kept in memory.
IN_MEMORY = 4


@dataclass(frozen=True)
class Folder:
    """A folder of runs; nothing outside it is read.

    Attributes
    ----------
    root : Path
        Absolute, symbolic links followed.
    """

    root: Path

    @classmethod
    def open(cls, path: Path) -> Folder:
        """Open a folder that holds at least one run, finished or not.

        Raises
        ------
        CtloopError
            If there is none.
        """
        given = user_path(path)
        if not given.is_dir():
            what = "it is a file" if given.exists() else "there is no such folder"
            msg = (
                f"{path} cannot be shown: {what}; ctloop run alternation makes a first run in runs/"
            )
            raise CtloopError(msg)
        folder = cls(Path(os.path.realpath(given)))
        if next(_folders(folder.root, DEPTH), None) is None:
            msg = f"{path} holds no runs; ctloop run alternation makes one in runs/"
            raise CtloopError(msg)
        return folder

    def address(self, path: Path) -> str:
        """Write a run's address: the folder's own name and the path in it, "runs/alternation-1"."""
        return (Path(self.root.name) / path.relative_to(self.root)).as_posix()

    def place(self, address: str) -> Path:
        """Find the run folder of an address.

        Parameters
        ----------
        address : str
            "runs/alternation-1", or the same without the folder's own name.

        Raises
        ------
        CtloopError
            If it leads outside the folder, also by a symbolic link.
        """
        parts = Path(address.replace("\0", "")).parts
        inside = parts[1:] if parts[:1] == (self.root.name,) else parts
        found = Path(os.path.realpath(self.root.joinpath(*inside)))
        if not found.is_relative_to(self.root):
            msg = f"{address} is outside {self.root.name}: the lab shows only what is in it"
            raise CtloopError(msg)
        return found

    def runs(self) -> list[str]:
        """List the addresses of finished runs, the newest first."""
        found = [p for p in _folders(self.root, DEPTH) if not at_work(p)]
        return [self.address(p) for p in _newest(found)]

    def batteries(self) -> list[str]:
        """List the addresses of batteries of lesions, the newest first."""
        return [one for one in self.runs() if (self.place(one) / EFFECTS).is_file()]

    def at_work(self) -> list[Path]:
        """List the folders of runs that are not finished, the newest first."""
        return _newest(p for p in _folders(self.root, DEPTH) if at_work(p))

    def load(self, address: str) -> RunData:
        """Read a finished run; the last few stay in memory.

        Raises
        ------
        CtloopError
            If it is outside, gone, unfinished or damaged.
        """
        return read_run(self.place(address))


def read_run(folder: Path) -> RunData:
    """Read a finished run; the last few stay in memory.

    Raises
    ------
    CtloopError
        If it is gone, unfinished or damaged.
    """
    try:
        changed = (folder / META).stat().st_mtime_ns
    except OSError:
        changed = 0  # reading it says what is wrong
        _read.cache_clear()
    return _read(folder, changed)


@lru_cache(maxsize=IN_MEMORY)
def _read(folder: Path, changed: int) -> RunData:
    return store.load(folder)


def at_work(folder: Path) -> bool:
    """Tell by its name whether a folder is one of work that is not finished."""
    return any(suffix in folder.name for suffix in (INCOMPLETE, UNFINISHED, FINISHED))


def _newest(folders: Iterator[Path] | list[Path]) -> list[Path]:
    def age(folder: Path) -> float:
        try:
            return -(folder / META).stat().st_mtime
        except OSError:  # it has just gone
            return 0.0

    return sorted(folders, key=age)[:MOST]


def _folders(folder: Path, depth: int) -> Iterator[Path]:
    """Find the folders with a run.json; what is inside a finished run is not looked at."""
    if (folder / META).is_file():
        yield folder
        return
    if depth == 0:
        return
    try:
        inside = sorted(e.path for e in os.scandir(folder) if e.is_dir(follow_symlinks=False))
    except OSError:
        return
    for path in inside:
        yield from _folders(Path(path), depth - 1)
