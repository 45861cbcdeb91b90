"""How fast the classes of a column fire in an awake animal, as goals of calibration.

Units of the mouse's V1 and its neighbours (Allen Institute, Neuropixels recordings), spontaneous and under
drifting gratings. No laminar medians of the macaque were available.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from areas.column import CellKind


class AwakeRate(NamedTuple):
    """Rates of one class, spikes/s.

    Attributes
    ----------
    slowest_hz : float
        The smaller one of the spontaneous median and the median under gratings.
    fastest_hz : float
        The larger one of the two means.
    """

    slowest_hz: float
    fastest_hz: float


#: A class is near its awake rate from a third of the slowest to three times the fastest.
FACTOR = 3.0
SOURCE = "awake mouse, within a factor of three (Allen Neuropixels)"

# fmt: off
#: By lamina and kind of cell. No counts of layer-6 SST cells.
AWAKE_HZ: dict[tuple[str, CellKind], AwakeRate] = {
    ("L2/3", "pyramidal"): AwakeRate(0.63, 1.53),
    ("L2/3", "PV"):        AwakeRate(5.52, 7.93),
    ("L2/3", "SST"):       AwakeRate(3.82, 14.3),
    ("L4",   "stellate"):  AwakeRate(2.12, 4.04),
    ("L4",   "PV"):        AwakeRate(8.20, 10.5),
    ("L5",   "pyramidal"): AwakeRate(4.05, 6.42),
    ("L5",   "burster"):   AwakeRate(4.05, 6.42),
    ("L5",   "PV"):        AwakeRate(8.95, 17.3),
    ("L5",   "SST"):       AwakeRate(3.92, 12.6),
    ("L6",   "pyramidal"): AwakeRate(1.86, 4.22),
    ("L6",   "PV"):        AwakeRate(9.76, 17.4),
}
# fmt: on
