"""The metrics of the evoked experiment: meaning, unit and bound of each number of `metrics.json`.

The primary ones were declared before any lesion was run.

A grating, the orthogonal one and a blank screen are shown to the same circuit with the same noise.
"""

from __future__ import annotations

from dataclasses import replace

from sims.measures.metric import Bound, Metric, MetricTable
from sims.measures.shared_metrics import CELLS_CHANGED, SHARED

_ROWS = (
    Metric(
        key="evoked_<population>_hz",
        unit="Hz",
        meaning="mean rate of the population with the grating minus that with a blank screen",
        bound=Bound(0.1, "a tenth of the mean", of_mean=True),
    ),
    Metric(
        key="evoked_near_<population>_hz",
        unit="Hz",
        meaning=(
            "mean rate with the grating minus that with a blank screen, of the cells that "
            "prefer the grating's orientation (within 22.5 deg)"
        ),
        bound=Bound(0.1, "a tenth of the mean", of_mean=True),
    ),
    Metric(
        key="evoked_driven_<population>_hz",
        unit="Hz",
        meaning=(
            "mean rate with the grating minus that with a blank screen, of the quarter of "
            "the relay cells whose drivers the grating raises most"
        ),
        bound=Bound(0.1, "a tenth of the mean", of_mean=True),
    ),
    Metric(
        key="tuning_<population>",
        unit="",
        meaning=(
            "length of the mean vector of preferred orientations, weighted by evoked "
            "spikes (0 to 1)"
        ),
        bound=Bound(0.05, "a twentieth of perfect tuning"),
    ),
    Metric(
        key="tuning_error_<population>_deg",
        unit="deg",
        meaning=(
            "angle between the grating and the mean vector of preferred orientations, "
            "weighted by evoked spikes"
        ),
        bound=Bound(5.0, "half the spacing a grating experiment resolves"),
    ),
    Metric(
        key="selectivity_<population>",
        unit="",
        meaning=(
            "response to the preferred grating minus that to the orthogonal one, divided "
            "by their sum, of the cells that prefer either (within 22.5 deg)"
        ),
        bound=Bound(0.05, "a twentieth of perfect selectivity"),
    ),
    Metric(
        key="latency_pulvinar_ms",
        unit="ms",
        meaning=(
            "median time from the onset of a V1.L5IB burst to the first spike, within 100 ms, of "
            "pulvinar relay cells that prefer the grating's orientation (within 22.5 deg)"
        ),
        bound=Bound(2.0, "shorter than the delay of the driver"),
    ),
    Metric(
        key="gain_lgn",
        unit="",
        meaning=(
            "slope, over LGN.TC cells, of their evoked rate against the mean evoked rate "
            "of their retinal drivers"
        ),
        bound=Bound(0.1, "a tenth of the mean", of_mean=True),
        primary=True,
    ),
    Metric(
        key="gain_pulvinar",
        unit="",
        meaning=(
            "slope, over Pulvinar.TRC cells, of their evoked rate against the mean evoked "
            "rate of their V1.L5IB drivers"
        ),
        bound=Bound(0.1, "a tenth of the mean", of_mean=True),
    ),
)

#: The populations whose evoked rate the experiment is judged by.
_JUDGED = ("V1.L4E", "V1.L23E", "V1.L5IT", "V2.L4E", "Pulvinar.TRC")
_NEAR = next(m for m in _ROWS if m.key == "evoked_near_<population>_hz")

METRICS = MetricTable(
    (
        *_ROWS,
        *(replace(_NEAR, key=f"evoked_near_{name}_hz", primary=True) for name in _JUDGED),
        *SHARED,
        *CELLS_CHANGED,
    )
)
