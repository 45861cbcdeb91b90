"""A run is a folder: written whole or not at all, and read back without loss.

DIR/run.json      spec, seed, versions, command line, wall times, "complete": true
DIR/metrics.json  flat; only what the seed determines
DIR/run.h5        spikes (SONATA), rates, traces, conductances, cycles, field potential
DIR/figures/      pictures drawn from the three files above
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from circuits.errors import CtloopError, NoRoom
from circuits.runs.hdf5 import decode, encode
from circuits.runs.plain import plain
from circuits.runs.run import Cells, Charge, Cycles, Lfp, Metric, RunData, Voltages

__all__ = [
    "Cells", "Charge", "Cycles", "Lfp", "RunData", "Voltages",
    "claim", "load", "read_meta", "read_metrics", "save", "write",
]  # fmt: skip

META, METRICS, ARRAYS = "run.json", "metrics.json", "run.h5"
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def claim(path: Path) -> Iterator[Path]:
    """Work in a folder beside `path` that becomes `path` only when everything went well.

    Parameters
    ----------
    path : Path
        The run folder to be. Its parents are created.

    Yields
    ------
    Path
        `<path>.incomplete-<pid>`, which says in its own `run.json` that it is incomplete. Renamed
        to `path` at the end; removed if anything is raised. A killed process leaves it as it is.

    Raises
    ------
    CtloopError
        If `path` already holds something, or the disk is full or not writable.
    """
    path = Path(path)
    refuse_finished(path)
    folder = path.with_name(f"{path.name}.incomplete-{os.getpid()}")
    try:
        shutil.rmtree(folder, ignore_errors=True)  # a dead process had our number
        folder.mkdir(parents=True)
        started = {"complete": False, "pid": os.getpid(), "host": socket.gethostname()}
        _write(folder / META, _json(started))
        yield folder
        if not read_meta(folder, complete=None).get("complete"):
            msg = f"the run for {path} ended without its {META}; nothing was kept"
            raise CtloopError(msg)
        refuse_finished(path)
        folder.rename(path)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError) and _is_ours(error, folder):
            raise _why_not(error, path) from error
        raise


def refuse_finished(path: Path) -> None:
    """Stop before any work is done if the run folder already holds something.

    Raises
    ------
    CtloopError
        If `path` is a file or a folder that is not empty.
    """
    path = Path(path)
    if (path.exists() and not path.is_dir()) or (path.is_dir() and any(path.iterdir())):
        what = "a finished run" if (path / META).is_file() else "something else"
        msg = f"{path} already holds {what} and is never overwritten; give another --out"
        raise CtloopError(msg)


def write(run: RunData, folder: Path) -> None:
    """Write a run's three files into a folder from `claim`; `run.json` comes last."""
    for key, value in run.metrics.items():
        if isinstance(value, float) and not np.isfinite(value):
            msg = f"metric {key!r} is {value}: write null and a reason in {key + '_reason'!r}"
            raise CtloopError(msg)
    _write(folder / ARRAYS, encode(run))
    _write(folder / METRICS, _json(run.metrics))
    _write(folder / META, _json({**run.meta, "complete": True}))


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

    path = Path(path)
    meta, metrics = read_meta(path), read_metrics(path)
    try:
        with h5py.File(path / ARRAYS, "r") as file:
            return RunData(meta=meta, metrics=metrics, **decode(file))
    except (OSError, KeyError, TypeError) as error:
        msg = f"{path / ARRAYS} cannot be read ({error}); the run folder is damaged"
        raise CtloopError(msg) from error


def read_meta(path: Path, *, complete: bool | None = True) -> dict[str, Any]:
    """Read `run.json` alone, quickly; by default only of a complete run.

    Raises
    ------
    CtloopError
        If the folder is no run, or says that it is incomplete.
    """
    meta = _read_json(Path(path), META)
    if complete and not meta.get("complete"):
        msg = f"{path} is an incomplete run: its process was stopped; run it again"
        raise CtloopError(msg)
    return meta


def read_metrics(path: Path) -> dict[str, Metric]:
    """Read `metrics.json` alone, quickly."""
    return _read_json(Path(path), METRICS)


def _read_json(path: Path, name: str) -> dict[str, Any]:
    try:
        if not (path / name).is_file():  # a pipe may never end
            raise FileNotFoundError
        content = json.loads((path / name).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        msg = f"{path} is not a run folder: it has no {name}"
        raise CtloopError(msg) from None
    except (OSError, ValueError, RecursionError) as error:
        msg = f"{path / name} cannot be read: {error}"
        raise CtloopError(msg) from error
    if not isinstance(content, dict):
        msg = f"{path / name} is not a run's {name}: an object was expected"
        raise CtloopError(msg)
    return content


def _write(path: Path, content: bytes) -> None:
    """Write a file and make sure that it is on the disk before anything is renamed."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _json(content: dict[str, Any]) -> bytes:
    try:
        text = json.dumps(plain(content, keep_nan=True), indent=1, allow_nan=False)
    except (TypeError, ValueError) as error:
        msg = f"the run cannot be written as JSON: {error}"
        raise CtloopError(msg) from error
    return (text + "\n").encode()


def _is_ours(error: OSError, folder: Path) -> bool:
    """Distinguish a folder that cannot be written from, say, a movie that cannot be read."""
    return error.errno in _NO_ROOM or str(folder.parent) in str(error.filename)


def _why_not(error: OSError, path: Path) -> CtloopError:
    if error.errno in _NO_ROOM:
        return NoRoom(
            f"no room to write {path} ({error.strerror}); free some space. Finished runs are intact"
        )
    return CtloopError(f"{path} cannot be written: {error.strerror or error}")
