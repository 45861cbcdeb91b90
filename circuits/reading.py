"""Reading a file that a user names: an ordinary one, not too long, or one clear line why not."""

from __future__ import annotations

import stat
from pathlib import Path

from circuits.errors import CtloopError

#: Longer than any circuit with its learnt weights, bytes.
MOST_BYTES = 2**30


def read_file(path: Path, kind: str, most_bytes: int = MOST_BYTES) -> bytes:
    """Read a file whole; a pipe or a device, which may never end, is refused before it is opened.

    Parameters
    ----------
    path : Path
    kind : str
        What it is to be, for messages: "circuit file", "battery".
    most_bytes : int

    Returns
    -------
    bytes

    Raises
    ------
    CtloopError
        If there is no such file, it is no ordinary one, is too long, or cannot be read.
    """
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            why = "it is a folder; name a file"
        elif not stat.S_ISREG(found.st_mode):
            why = "it is a pipe or a device; name an ordinary file"
        elif found.st_size > most_bytes:
            why = f"it is longer than {most_bytes / 2**20:.0f} MB"
        else:
            return path.read_bytes()
    except OSError as error:
        why = error.strerror or str(error)
    except ValueError as error:  # a name with a null byte
        why = str(error)
    msg = f"cannot read the {kind} {path}: {why}"
    raise CtloopError(msg)
