"""A run is a folder: written whole or not at all, and read back without loss.

DIR/run.json      spec, seed, versions, command line, wall times, "complete": true
DIR/metrics.json  flat; only what the seed determines
DIR/run.h5        spikes (SONATA), rates, traces, conductances, cycles, field potential
DIR/figures/      pictures drawn from the three files above
"""

from __future__ import annotations

import io
import json
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from circuits.errors import CtloopError
from circuits.files import NO_ROOM, read_bytes, system_number, unwritable, user_path
from circuits.runs.hdf5 import decode, encode
from circuits.runs.place import META, at_work, put, real, refuse_finished, work_folder
from circuits.runs.plain import plain
from circuits.runs.run import Cells, Charge, Cycles, Lfp, Metric, RunData, Voltages
from circuits.runs.whole_file import write_whole

__all__ = [
    "Cells", "Charge", "Cycles", "Lfp", "RunData", "Voltages",
    "claim", "load", "read_meta", "read_metrics", "refuse_finished", "save", "write",
]  # fmt: skip

METRICS, ARRAYS = "metrics.json", "run.h5"


@contextmanager
def claim(path: Path) -> Iterator[Path]:
    """Work in a folder beside `path` that becomes `path` only when everything went well.

    Parameters
    ----------
    path : Path
        The run folder to be: absent, or an empty folder, also as a symbolic link, a mount point or the
        current folder. Its parents are created.

    Yields
    ------
    Path
        `<path>.incomplete-<pid>-<host>` (see `circuits.runs.place.work_folder`), absolute; it says in its own
        `run.json` that it is incomplete. Brought to `path` at the end; removed if anything is raised
        before. A killed process leaves it as it is.

    Raises
    ------
    CtloopError
        If `path` already holds something, or the disk is full or not writable. Finished work that
        cannot be brought to `path` stays beside it; the message says where.
    """
    refuse_finished(path)
    place = real(path)
    folder = work_folder(place)
    try:
        started = {"complete": False, "pid": os.getpid(), "host": socket.gethostname()}
        write_whole(folder / META, _json(started))
        yield folder
        if not read_meta(folder, complete=None).get("complete"):
            msg = f"the run for {path} ended without its {META}; nothing was kept"
            raise CtloopError(msg)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError) and is_ours(error, folder):
            raise unwritable(Path(path), error) from error
        raise
    put(folder, place)


def write(run: RunData, folder: Path) -> None:
    """Write a run's three files into a folder from `claim`; `run.json` comes last."""
    write_data(run, folder)
    write_meta(run, folder)


def write_data(run: RunData, folder: Path) -> None:
    """Write what was recorded and measured into a folder from `claim`; it is no finished run yet."""
    for key, value in run.metrics.items():
        if isinstance(value, float) and not np.isfinite(value):
            msg = f"metric {key!r} is {value}: write null and a reason in {key + '_reason'!r}"
            raise CtloopError(msg)
    write_whole(folder / ARRAYS, encode(run))
    write_whole(folder / METRICS, _json(run.metrics))


def write_meta(run: RunData, folder: Path) -> None:
    """Write `run.json`, after which the folder is a finished run."""
    write_whole(folder / META, _json({**run.meta, "complete": True}))


def save(run: RunData, path: Path) -> Path:
    """Save a finished run as a folder, atomically.

    Parameters
    ----------
    run : RunData
    path : Path
        The folder to create.

    Returns
    -------
    Path
        `path`.

    Raises
    ------
    CtloopError
        If the folder already holds something, a metric is not finite, or the disk is full.
    """
    with claim(path) as folder:
        write(run, folder)
    return Path(path)


def load(path: Path) -> RunData:
    """Read a finished run back, equal to what was saved.

    Raises
    ------
    CtloopError
        If the folder is no run, an incomplete one, or its files cannot be read.
    """
    import h5py

    path = user_path(path)
    meta, metrics = read_meta(path), read_metrics(path)
    if not (path / ARRAYS).exists():
        msg = f"{path} holds no {ARRAYS}: an older version wrote none for some experiments, or it was removed"
        raise CtloopError(msg)
    # From memory: HDF5 would lock the file, which not every disk allows, and would hide the system's
    # reason where a file cannot be read.
    content = io.BytesIO(read_bytes(path / ARRAYS))
    try:
        with h5py.File(content, "r") as file:
            return RunData(meta=meta, metrics=metrics, **decode(file))
    except (OSError, KeyError, TypeError, ValueError, RuntimeError) as error:
        msg = f"{path / ARRAYS} is damaged ({error}); make the run again, or copy it again"
        raise CtloopError(msg) from error


def read_meta(path: Path, *, complete: bool | None = True) -> dict[str, Any]:
    """Read `run.json` alone, quickly; by default only of a complete run.

    Raises
    ------
    CtloopError
        If the folder is no run, or says that it is incomplete.
    """
    meta = _read_json(user_path(path), META)
    if complete and not meta.get("complete"):
        if at_work(user_path(path)):
            msg = f"{path} is an incomplete run: it is still running; try again when it is finished"
        else:
            msg = f"{path} is an incomplete run: its process was stopped; run it again"
        raise CtloopError(msg)
    return meta


def read_metrics(path: Path) -> dict[str, Metric]:
    """Read `metrics.json` alone, quickly."""
    return _read_json(user_path(path), METRICS)


def _read_json(path: Path, name: str) -> dict[str, Any]:
    if not _is_there(path / name):
        msg = f"{path} is not a run folder: {_lacks(path, name)}"
        raise CtloopError(msg)
    text = read_bytes(path / name)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        msg = f"{path / name} is damaged: it is not JSON ({error})"
        raise CtloopError(msg) from error
    if not isinstance(content, dict):
        msg = f"{path / name} is not a run's {name}: an object was expected"
        raise CtloopError(msg)
    return content


def _is_there(file: Path) -> bool:
    try:
        file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:  # reading it will say why
        pass
    return True


def _lacks(path: Path, name: str) -> str:
    if not path.is_dir():
        return "it is a file" if path.exists() else "there is no such folder"
    try:
        empty = not any(path.iterdir())
    except OSError:  # it may be entered, but not listed
        empty = False
    return "it is empty (a run not yet finished?)" if empty else f"it has no {name}"


def _json(content: dict[str, Any]) -> bytes:
    try:
        text = json.dumps(plain(content, keep_nan=True), indent=1, allow_nan=False)
    except (TypeError, ValueError) as error:
        msg = f"the run cannot be written as JSON: {error}"
        raise CtloopError(msg) from error
    return (text + "\n").encode()


def is_ours(error: OSError, folder: Path) -> bool:
    """Distinguish a folder that cannot be written from, say, a movie that cannot be read."""
    return system_number(error) in NO_ROOM or str(folder.parent) in str(error.filename)
