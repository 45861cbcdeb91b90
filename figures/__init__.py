"""Pictures of finished runs; every figure is a function `name(run, ax=None) -> Axes`.

Nothing here simulates, shows windows or chooses file names, but `draw_all`, `draw` and `first`, which
fill a run folder. Matplotlib is imported when the first figure is asked for, not before.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

#: Where each figure of a run lives, in the order in which they are drawn.
FIGURES: dict[str, str] = {
    "summary": "figures.run.summary",
    "raster": "figures.run.raster",
    "rates": "figures.run.rates",
    "fold": "figures.run.rates",
    "conductance": "figures.run.inputs",
    "charge": "figures.run.inputs",
    "spectra": "figures.run.spectra",
    "lfp": "figures.run.lfp",
    "circuit": "figures.run.circuit",
}
_OTHERS: dict[str, str] = {
    "draw_all": "figures.run.gallery",
    "draw": "figures.run.gallery",
    "first": "figures.run.gallery",
    "circuit_drawing": "figures.run.circuit",
    "folded_conductance": "figures.run.inputs",
    "folded_relay": "figures.run.summary",
    "fold_pair": "figures.lesions.pair",
    "forest": "figures.lesions.effects",
    "dose_curves": "figures.lesions.effects",
    "heat_map": "figures.lesions.effects",
}
__all__ = ["FIGURES", *FIGURES, *_OTHERS]


def __getattr__(name: str) -> Any:
    """Import a figure when it is asked for."""
    home = FIGURES.get(name) or _OTHERS.get(name)
    if home is None:
        msg = f"module 'figures' has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(home), name)
