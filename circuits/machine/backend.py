"""Load matplotlib whatever MPLBACKEND says.

Matplotlib refuses to be imported if MPLBACKEND names a backend it does not know, and Brian2 imports
it. A child of a notebook inherits the notebook's.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

VARIABLE = "MPLBACKEND"


@contextmanager
def without_backend() -> Iterator[None]:
    """Import what imports matplotlib in this block; the user's backend is the chosen one afterwards."""
    if "matplotlib" in sys.modules or VARIABLE not in os.environ:
        yield
        return
    chosen = os.environ.pop(VARIABLE)
    try:
        yield
    finally:
        os.environ[VARIABLE] = chosen
        loaded = sys.modules.get("matplotlib")
        if loaded is not None:
            with suppress(ValueError):  # nonsense, which nobody has to see
                loaded.rcParams["backend"] = chosen
