"""A long run that can be stopped and taken up again: a folder that grows, and says it is not whole.

`<path>.unfinished` holds what has been done so far and a `run.json` with "complete": false; it becomes
`path` when everything is done. The same command finds it and goes on; another command is refused.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from circuits.errors import CtloopError
from circuits.machine.processes import alive
from circuits.runs.store import META, read_meta, refuse_finished

SUFFIX = ".unfinished"


@contextmanager
def resume(path: Path, asked: Mapping[str, Any]) -> Iterator[Path]:
    """Work in the folder of a long run, new or found; rename it to `path` when it is complete.

    Parameters
    ----------
    path : Path
        The run folder to be.
    asked : mapping
        All that decides what the parts already done hold, as JSON takes it. A folder that was begun
        with something else is not taken up.

    Yields
    ------
    Path
        The folder to write into; each part has to be written with `write_whole`. Whatever is raised,
        what has been done stays.

    Raises
    ------
    CtloopError
        If `path` is finished already, or the folder was begun by another command, or is being worked
        in by a process that lives.
    """
    path = Path(path)
    refuse_finished(path)
    folder = path.with_name(path.name + SUFFIX)
    content = json.loads(json.dumps(asked, sort_keys=True, allow_nan=False))
    if (folder / META).is_file():
        _take_up(folder, content)
    folder.mkdir(parents=True, exist_ok=True)
    begun = {"complete": False, "pid": os.getpid(), "host": socket.gethostname(), "asked": content}
    write_whole(folder / META, (json.dumps(begun, indent=1) + "\n").encode())
    yield folder
    if not read_meta(folder, complete=None).get("complete"):
        msg = f"the run for {path} ended without its {META}; go on with the same command"
        raise CtloopError(msg)
    refuse_finished(path)
    folder.rename(path)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, whenever the process is killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _take_up(folder: Path, asked: Any) -> None:
    meta = read_meta(folder, complete=None)
    if meta.get("complete"):
        return
    if meta.get("asked") != asked:
        old, new = meta.get("asked") or {}, asked
        differ = sorted(k for k in {*old, *new} if old.get(k) != new.get(k))
        msg = (
            f"{folder} was begun by another command (it differs in {', '.join(differ)}); "
            "give another --out, or remove it"
        )
        raise CtloopError(msg)
    pid = int(meta.get("pid", 0))
    if meta.get("host") == socket.gethostname() and pid != os.getpid() and alive(pid):
        msg = f"{folder} is being worked in by process {pid}"
        raise CtloopError(msg)
