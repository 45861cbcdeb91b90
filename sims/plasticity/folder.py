"""A run's folder appears under its name only when it is whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from circuits.errors import CtloopError


@contextmanager
def unfinished(out: Path) -> Iterator[Path]:
    """Give a folder to write into; rename it to `out` at the end, leave it as it is on failure.

    Raises
    ------
    CtloopError
        If `out` exists: a finished run is never overwritten.
    """
    if out.exists():
        msg = f"{out} exists already; give another --out"
        raise CtloopError(msg)
    folder = out.with_name(f"{out.name}.incomplete-{os.getpid()}")
    folder.mkdir(parents=True)
    yield folder
    folder.rename(out)
