"""How cells of cortex fire when current is injected: published points to put beside the model's cells.

`ctloop cell NAME` shows how near a cell type (`cells.py`) comes. None was fitted to these points; only the
burster was chosen to burst about five times a second, with three or four spikes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: What is measured; `sims.cells.measures` says how.
Measure = Literal[
    "input_resistance_mohm", "rheobase_pa", "early_gain_hz_per_na", "gain_hz_per_na",
    "adaptation_percent", "bursts_per_s", "spikes_in_burst", "burst_hz", "rebound_spikes",
    "rebound_hz",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Published:
    """One published point.

    Attributes
    ----------
    measure : str
        What was measured, with its unit.
    low, high : float
        The range that was found: mean minus and plus its error, or the smallest and largest value.
    source : str
        A key of the bibliography.
    how : str
        In which cells, and how.
    """

    measure: Measure
    low: float
    high: float
    source: str
    how: str


#: Cells of the motor cortex of the mouse, in steps of 2 s; types of cells of the rat's prefrontal cortex.
_GUAN, _RANGE = "mouse", "by type of cell, rat"
# fmt: off
#: (lamina, kind of cell of `circuits.records.Population`): points. A lamina "" is any of them.
PUBLISHED: dict[tuple[str, str], tuple[Published, ...]] = {
    ("L2/3", "pyramidal"): (
        Published("input_resistance_mohm", 149, 218, "vanAerde2015", f"layer 2, {_RANGE}"),
        Published("rheobase_pa", 183, 203, "vanAerde2015", f"layer 2, {_RANGE}"),
        Published("gain_hz_per_na", 51, 81, "vanAerde2015", f"layer 2, {_RANGE}"),
        Published("gain_hz_per_na", 48, 62, "Guan2015", f"layer 2/3, {_GUAN}"),
        Published("early_gain_hz_per_na", 82, 102, "Guan2015", f"layer 2/3, first 200 ms, {_GUAN}"),
        Published("adaptation_percent", 48, 56, "Guan2015", f"layer 2/3, 300 pA, {_GUAN}"),
    ),
    ("L5", "pyramidal"): (
        Published("gain_hz_per_na", 29, 31, "Guan2015", f"Etv1 cells, {_GUAN}"),
        Published("early_gain_hz_per_na", 78, 80, "Guan2015", f"Etv1 cells, first 200 ms, {_GUAN}"),
        Published("adaptation_percent", 74, 78, "Guan2015", f"Etv1 cells, 300 pA, {_GUAN}"),
    ),
    ("L5", "burster"): (
        Published("gain_hz_per_na", 71, 73, "Guan2015", f"Glt cells, thick-tufted, {_GUAN}"),
        Published("early_gain_hz_per_na", 88, 90, "Guan2015", f"Glt cells, thick-tufted, first 200 ms, {_GUAN}"),
        Published("bursts_per_s", 5, 12, "Silva1991", "at threshold, rat"),
        Published("spikes_in_burst", 2, 6, "deKock2008", "in the anaesthetised rat; up to five awake"),
        Published("burst_hz", 157, 330, "WilliamsStuart1999", "rat; low-frequency and high-frequency bursts"),
    ),
    ("L6", "pyramidal"): (
        Published("input_resistance_mohm", 236, 433, "vanAerde2015", f"layer 6, {_RANGE}"),
        Published("rheobase_pa", 60, 125, "vanAerde2015", f"layer 6, {_RANGE}"),
        Published("gain_hz_per_na", 116, 248, "vanAerde2015", f"layer 6, {_RANGE}"),
    ),
    ("", "PV"): (
        Published("input_resistance_mohm", 144.6, 165.6, "Hatch2017", "fast-spiking, layer 5, mouse"),
        Published("rheobase_pa", 143.6, 162.6, "Hatch2017", "fast-spiking, layer 5, mouse"),
    ),
    ("", "SST"): (
        Published("input_resistance_mohm", 0, 250, "Ma2006", "X94 cells, nine in ten of them, mouse"),
        Published("input_resistance_mohm", 300, float("inf"), "Ma2006", "X98 cells, nine in ten of them, mouse"),
    ),
}
# fmt: on
