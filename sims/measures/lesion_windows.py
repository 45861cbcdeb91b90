"""A lesion with a window: one run holds its own baseline, silencing and recovery."""

from __future__ import annotations

from typing import Any

import numpy as np

from circuits.errors import CtloopError
from circuits.lesions.language import parse
from circuits.runs.run import RunData


def rates_by_window(run: RunData) -> list[dict[str, Any]]:
    """Give every population's mean rate before, in and after each windowed lesion of a run.

    Parameters
    ----------
    run : RunData
        With its lesions in `meta` and its spikes.

    Returns
    -------
    list of dict
        One row a lesion and population: `lesion`, `population`, `before_hz`, `during_hz`,
        `after_hz` (None where the run has no such time; the discarded start counts for nothing).

    Raises
    ------
    CtloopError
        If no lesion of the run has a window.
    """
    windowed = [
        one
        for text in run.meta.get("lesions") or ()
        for one in parse(str(text))
        if one.window_ms is not None
    ]
    if not windowed:
        msg = 'no lesion of this run has a window; write for example "silence TRN from 2s to 3s"'
        raise CtloopError(msg)
    rows = []
    for one in windowed:
        start, stop = one.window_ms or (0.0, 0.0)
        spans = {
            "before_hz": (run.discard_ms, start),
            "during_hz": (max(start, run.discard_ms), min(stop, run.duration_ms)),
            "after_hz": (max(stop, run.discard_ms), run.duration_ms),
        }
        for name, cells in run.populations.items():
            times = run.spikes[name].times_ms
            rates = {
                key: float(np.count_nonzero((times >= a) & (times < b)))
                / cells.count
                / ((b - a) / 1e3)
                if b > a
                else None
                for key, (a, b) in spans.items()
            }
            rows.append({"lesion": str(one), "population": name, **rates})
    return rows
