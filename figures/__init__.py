"""Pictures of finished runs; every figure is a function `name(run, ax=None) -> Axes`.

Nothing here simulates or shows windows. `draw_all` and `draw` fill a folder with pictures, every
other function gives axes back. Matplotlib is imported when the first figure is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_RUN = (
    "summary", "raster", "rates", "fold", "conductance", "charge", "spectra", "spectrogram", "theta_gamma",
    "lfp", "circuit",
)  # fmt: skip
#: The figures of a run and the module of each, in the order in which they are drawn.
FIGURES: dict[str, str] = {name: f"figures.run.{name}" for name in _RUN}
_OTHERS: dict[str, str] = {
    "draw_all": "figures.run.gallery",
    "draw": "figures.run.gallery",
    "first": "figures.run.gallery",
    "circuit_drawing": "figures.run.circuit",
    "connectivity": "figures.run.connectivity",
    "folded_conductance": "figures.run.conductance",
    "folded_relay": "figures.run.relay",
    "relay_groups": "figures.run.relay",
    "relay_spikes": "figures.run.relay",
    "relay_rates": "figures.run.rates",
    "beside": "figures.run.beside",
    "fold_pair": "figures.lesions.pair",
    "forest": "figures.lesions.effects",
    "dose_curves": "figures.lesions.effects",
    "heat_map": "figures.lesions.effects",
    "runs_against": "figures.lesions.sweep",
    "sweep_map": "figures.lesions.sweep",
}
__all__ = ["FIGURES", *FIGURES, *_OTHERS]


def __getattr__(name: str) -> Any:
    """Import a figure when it is asked for."""
    home = FIGURES.get(name) or _OTHERS.get(name)
    if home is None:
        msg = f"module 'figures' has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(home), name)
