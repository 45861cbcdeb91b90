"""A file that is there whole or not at all, whenever the process is killed or the disk is full."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its name, make sure that it is on the disk, and rename it; makes its folder.

    Parameters
    ----------
    path : Path
        Replaced if it is there; of a link, what it leads to. A pipe or a device is written into.
    content : bytes

    Raises
    ------
    OSError
        Nothing is left of it then, and what was there before stays.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
