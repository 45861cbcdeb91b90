"""Metrics that several experiments share, declared once."""

from __future__ import annotations

from sims.measures.metric import Bound, Metric

#: Bursts of relay cells, rates, band powers, and how well orientations are decoded from an area.
SHARED = (
    Metric(
        key="burst_fraction_pulvinar",
        unit="",
        meaning=(
            "share of the spikes of pulvinar relay cells that come in bursts: 100 ms or "
            "more of silence, then intervals of 4 ms or less (Lu, Guido & Sherman 1992)"
        ),
        bound=Bound(0.05, "a twentieth of the spikes"),
    ),
    Metric(
        key="burst_fraction_lgn",
        unit="",
        meaning=(
            "share of the spikes of LGN relay cells that come in bursts: 100 ms or more "
            "of silence, then intervals of 4 ms or less (Lu, Guido & Sherman 1992)"
        ),
        bound=Bound(0.05, "a twentieth of the spikes"),
    ),
    Metric(
        key="rate_<population>_hz",
        unit="Hz",
        meaning="mean rate of the population, spikes/s per cell",
        bound=Bound(0.1, "a tenth of the mean", of_mean=True),
    ),
    Metric(
        key="power_<band>_<lamina>_db",
        unit="dB",
        meaning=(
            "power of the mean rate of all cells of a lamina or nucleus in theta (3-8 "
            "Hz), alpha (8-13) or gamma (30-80), in dB of 1 (spikes/s)^2 (Welch, Hann 1 "
            "s, half overlap)"
        ),
        bound=Bound(1.0, "a quarter more or less power"),
    ),
    Metric(
        key="decode_<area>",
        unit="",
        meaning=(
            "share of windows of 200 ms that are decoded right: the spike counts of the "
            "area's cells are nearer the template of the orientation that is shown than "
            "that of the orthogonal one; templates are from another time of the run "
            "(chance is about .5)"
        ),
        bound=Bound(0.1, "one window in ten"),
    ),
)

#: Of two runs, in the battery of published lesions: which cells changed (`sims.measures.cells_changed`).
CELLS_CHANGED = (
    Metric(
        key="cells_up_<population>",
        unit="",
        meaning=(
            "share of cells that fire more in the lesioned than in the intact run of the "
            "same seed (t test over windows of 200 ms, two-sided .05, so 2.5 % by chance)"
        ),
    ),
    Metric(
        key="cells_down_<population>",
        unit="",
        meaning=(
            "share of cells that fire less in the lesioned than in the intact run of the "
            "same seed (t test over windows of 200 ms, two-sided .05, so 2.5 % by chance)"
        ),
    ),
)
