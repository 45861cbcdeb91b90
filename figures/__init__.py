"""Pictures of finished runs; every figure is a function `name(run, ax=None) -> Axes`.

Nothing here simulates, shows windows or chooses file names, but `draw_all`, `draw` and `first`, which
fill a run folder. Matplotlib is imported when the first figure is asked for, not before.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

#: Where each figure of a run lives, in the order in which they are drawn.
FIGURES: dict[str, str] = {
    "summary": "figures.sheet",
    "raster": "figures.firing",
    "rates": "figures.ridges",
    "fold": "figures.ridges",
    "conductance": "figures.drive",
    "charge": "figures.drive",
    "spectra": "figures.spectrum",
    "lfp": "figures.depth",
    "circuit": "figures.anatomy",
}
_OTHERS: dict[str, str] = {
    "draw_all": "figures.gallery",
    "draw": "figures.gallery",
    "first": "figures.gallery",
    "circuit_drawing": "figures.anatomy",
    "folded_conductance": "figures.drive",
    "folded_relay": "figures.sheet",
    "fold_pair": "figures.compare",
    "forest": "figures.effects",
    "dose_curves": "figures.effects",
    "heat_map": "figures.effects",
}
__all__ = ["FIGURES", *FIGURES, *_OTHERS]


def __getattr__(name: str) -> Any:
    """Import a figure when it is asked for."""
    home = FIGURES.get(name) or _OTHERS.get(name)
    if home is None:
        msg = f"module 'figures' has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(home), name)
