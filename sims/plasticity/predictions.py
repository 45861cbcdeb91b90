"""Protocols nobody has run yet, and the EPSP that the fitted rule predicts of each.

Each prediction would be falsified by an EPSP clearly on the other side of 1. The clearest: a tail at the
first rate turns the sign round (25-50-25 weakens, 50-25-50 strengthens); a flat 50 Hz strengthens in windows
shorter than those the rule was fitted on, and does little in longer ones; rising and falling rates stay
different across a silence. Time constants, learning rate and CaP scale are those of 200 ms windows; a
window of another length is read at its own end.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from sims.plasticity.induction import Variant
from sims.plasticity.preparation import Preparation
from sims.plasticity.protocol import Protocol

JITTERED = (Variant("jittered", None),)


@dataclass(frozen=True)
class Prediction:
    """A protocol, its name in metrics and its label in the figure."""

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


def predict(prepared: Preparation) -> list[dict[str, float | str]]:
    """Predict the EPSP after every protocol of `PREDICTIONS`, on all cells.

    Parameters
    ----------
    prepared : Preparation
        With the fitted rule.

    Returns
    -------
    list of dict
        `name`, `label`, `epsp` (mean EPSP over baseline), `sd` (between virtual cells).
    """
    rows: dict[str, dict[str, float | str]] = {}
    timing = sorted(PREDICTIONS, key=lambda p: p.protocol.window_ms)
    for window, group in groupby(timing, key=lambda p: p.protocol.window_ms):
        members = tuple(group)
        protocols = tuple(m.protocol for m in members)
        trains = prepared.induce(protocols, f"plasticity prediction {window}", JITTERED)
        epsp = prepared.epsp(trains)
        for k, member in enumerate(members):
            own = epsp[trains.protocol == k]
            rows[member.name] = {
                "name": member.name,
                "label": member.label,
                "epsp": float(own.mean()),
                "sd": float(own.std()),
            }
    return [rows[p.name] for p in PREDICTIONS]
