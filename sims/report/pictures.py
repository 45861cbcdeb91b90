"""Draw into a folder of results, and go on without pictures where that fails: they can be drawn again."""

from __future__ import annotations

import shutil
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any

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


def drawn_into_report(
    draw: Callable[[], object], figures: Path, meta: MutableMapping[str, Any]
) -> str:
    """Draw the figures of a report of many runs, which is whole without them.

    Parameters
    ----------
    draw, figures
        As of `why_not_drawn`.
    meta : mutable mapping
        The report's meta data; "figures_reason" says why there are no figures.

    Returns
    -------
    str
        A paragraph for the user's screen; "" if the figures are there.
    """
    why = why_not_drawn(draw, figures)
    if not why:
        return ""
    meta["figures_reason"] = why
    return f"\n\nthe figures could not be drawn ({why}); the report itself is whole"
