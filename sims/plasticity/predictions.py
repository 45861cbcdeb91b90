"""Protocols nobody has run yet, and what the fitted rule says they will do.

Each would be falsified by a clear bar on the other side of 1: the tail of 25-50-25 reversing the
sign of 25-50, flat 50 Hz doing little at any length, order surviving a silence between the halves.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import numpy as np

from circuits.learning.kinase.rule import KinaseRule
from circuits.seeds import stream
from sims.plasticity.cells import Cells
from sims.plasticity.fit import Fit, epsp_after
from sims.plasticity.induction import EpspCurve, Variant, induce, read
from sims.plasticity.protocol import Protocol

JITTERED = (Variant("jittered", None),)


@dataclass(frozen=True)
class Prediction:
    """A protocol, its name in metrics and its words in the figure."""

    name: str
    label: str
    protocol: Protocol


def _of(name: str, label: str, *rates_hz: float, window_ms: float) -> Prediction:
    return Prediction(name, label, Protocol(rates_hz, window_ms=window_ms))


PREDICTIONS: tuple[Prediction, ...] = (
    _of("25_50", "25→50", 25, 50, window_ms=200),
    _of("50_25", "50→25", 50, 25, window_ms=200),
    _of("25_50_25", "25→50→25", 25, 50, 25, window_ms=300),
    _of("50_25_50", "50→25→50", 50, 25, 50, window_ms=300),
    _of("flat_50_100ms", "50 flat\n100 ms", 50, window_ms=100),
    _of("flat_50_200ms", "50 flat\n200 ms", 50, window_ms=200),
    _of("flat_50_400ms", "50 flat\n400 ms", 50, window_ms=400),
    _of("25_50_100ms", "25→50\n50+50 ms", 25, 50, window_ms=100),
    _of("50_25_100ms", "50→25\n50+50 ms", 50, 25, window_ms=100),
    _of("25_50_400ms", "25→50\n200+200 ms", 25, 50, window_ms=400),
    _of("50_25_400ms", "50→25\n200+200 ms", 50, 25, window_ms=400),
    _of("25_silence_50", "25→pause→50\n100 ms each", 25, 0, 50, window_ms=300),
    _of("50_silence_25", "50→pause→25\n100 ms each", 50, 0, 25, window_ms=300),
)


def predict(
    rule: KinaseRule,
    readout: str,
    fit: Fit,
    cells: Cells,
    table_hz: np.ndarray,
    curve: EpspCurve,
    seed: int,
) -> list[dict[str, float | str]]:
    """Run every prediction on all cells, read at the end of its own window with fixed constants.

    Returns
    -------
    list of dict
        `name`, `label`, `epsp` (mean EPSP over baseline), `sd` (between virtual cells).
    """
    rows: dict[str, dict[str, float | str]] = {}
    timing = sorted(PREDICTIONS, key=lambda p: p.protocol.window_ms)
    for window, group in groupby(timing, key=lambda p: p.protocol.window_ms):
        members = tuple(group)
        rng = stream(seed, f"plasticity prediction {window}")
        trains = induce(cells, table_hz, tuple(m.protocol for m in members), JITTERED, rng)
        epsp = epsp_after(read(rule, trains, readout), trains.cell, curve, fit.rate, fit.fast_scale)
        for k, member in enumerate(members):
            own = epsp[trains.protocol == k]
            rows[member.name] = {
                "name": member.name,
                "label": member.label,
                "epsp": float(own.mean()),
                "sd": float(own.std()),
            }
    return [rows[p.name] for p in PREDICTIONS]
