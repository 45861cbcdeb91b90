"""HDF5 files of others: which of the two formats one is, and one line for what it is not."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypeVar

from circuits.errors import CtloopError
from circuits.files import read_bytes, user_path

Kind = Literal["SONATA", "NWB"]
_T = TypeVar("_T")


def read_file(text: str | Path, read: Callable[[Any, Kind], _T], *kinds: Kind) -> _T:
    """Read something from a SONATA or NWB file.

    Parameters
    ----------
    text : str or Path
    read : callable
        (open h5py.File, kind) -> what is wanted.
    *kinds : "SONATA" or "NWB"
        Which are accepted.

    Raises
    ------
    CtloopError
        If the file cannot be read, is neither, or is damaged.
    """
    import h5py

    path = user_path(text)
    content = read_bytes(path)
    wanted = " or ".join(kinds)
    try:
        with h5py.File(io.BytesIO(content), "r") as file:
            kind = _kind(file)
            if kind in kinds:
                return read(file, kind)
    except (OSError, KeyError, TypeError, ValueError, RuntimeError, AttributeError) as error:
        if not content.startswith(b"\x89HDF\r\n\x1a\n"):
            msg = f"{path} is no {wanted} file: it is not HDF5"
        else:
            msg = f"{path} is damaged, or not laid out as {wanted} says ({str(error).splitlines()[0]})"
        raise CtloopError(msg) from error
    msg = f"{path} is no {wanted} file" + ("" if kind is None else f", but a {kind} file")
    raise CtloopError(msg)


def _kind(file: Any) -> Kind | None:
    if "nwb_version" in file.attrs:
        return "NWB"
    return "SONATA" if "spikes" in file else None
