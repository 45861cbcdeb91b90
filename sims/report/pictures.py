"""Draw into a folder of results, and go on without pictures where that fails: they can be drawn again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from circuits.files import reason


def why_not_drawn(draw: Callable[[], object], figures: Path) -> str:
    """Draw; hours of simulation must not be lost for a picture.

    Parameters
    ----------
    draw : callable
        Draws into `figures`.
    figures : Path
        Removed if drawing fails, which also makes room on a full disk.

    Returns
    -------
    str
        Why there are no pictures; "" if there are.
    """
    try:
        draw()
    except Exception as error:
        shutil.rmtree(figures, ignore_errors=True)
        return f"{type(error).__name__}: {reason(error)}"
    return ""
