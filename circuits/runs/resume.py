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
from circuits.files import unwritable
from circuits.machine.processes import alive
from circuits.runs.place import META, long_work_folder, put, real
from circuits.runs.store import is_ours, read_meta, refuse_finished
from circuits.runs.whole_file import write_whole


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
    refuse_finished(path)
    place = real(path)
    folder = long_work_folder(place)
    content = json.loads(json.dumps(asked, sort_keys=True, allow_nan=False))
    if (folder / META).is_file():
        _take_up(folder, content)
    begun = {"complete": False, "pid": os.getpid(), "host": socket.gethostname(), "asked": content}
    try:
        write_whole(folder / META, (json.dumps(begun, indent=1) + "\n").encode())
        yield folder
    except OSError as error:
        if is_ours(error, folder):
            raise unwritable(Path(path), error) from error
        raise
    if not read_meta(folder, complete=None).get("complete"):
        msg = f"the run for {path} ended without its {META}; go on with the same command"
        raise CtloopError(msg)
    put(folder, place)


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
