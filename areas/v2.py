"""Second visual area (macaque): how many cells of each class, and where they lie."""

from __future__ import annotations

from areas import column
from circuits.records import Population, Projection

#: Cells at 1/20 of those under 1 mm2.
COUNTS = {
    "L23E": 2500,
    "L23PV": 250,
    "L23SST": 170,
    "L4E": 1800,
    "L4PV": 250,
    "L5IT": 670,
    "L5IB": 250,
    "L5PV": 109,
    "L5SST": 101,
    "L6CT": 540,
    "L6CC": 420,
    "L6PV": 100,
    "L6SST": 100,
}

COUNTED = (
    "assumed: V2's 157,088 cells under 1 mm2 (Schmidt2018), split by class as in mouse (Billeh2020), "
    "without VIP and L4 SST; the loop's own classes are thinned last"
)

#: Laminae in um below the pia (layer 1 on top; Schmidt et al. 2018).
DEPTHS_UM = {
    "L1": (0.0, 121.0),
    "L2/3": (121.0, 725.0),
    "L4": (725.0, 964.0),
    "L5": (964.0, 1213.0),
    "L6": (1213.0, 1461.0),
}

#: As in V1, the loop's own classes are thinned last.
FEWEST = {
    "L5IB": 270,
    "L6CT": 360,
    "L5IT": 200,
    "L6CC": 80,
    "L5PV": 109,
    "L5SST": 101,
}

#: Where the calibration departs from the column's template.
BACKGROUND_PA: dict[str, float] = {"L4E": 180.0, "L5IB": -120.0}

#: L6CT and the interneurons of layer 6 listen little to the layers above: what L6CT tell the
#: pulvinar is not what the area sees now (assumed, after O'Reilly 2026).
FROM_ABOVE = 0.3
GAIN = {
    ("L4E", "L5IB"): 2.5,
    **{(above, "L6CT"): FROM_ABOVE for above in ("L23E", "L4E", "L5IT", "L6CC")},
    **{
        (above, inhibitory): FROM_ABOVE
        for above in ("L23E", "L4E", "L5IT", "L5IB")
        for inhibitory in ("L6PV", "L6SST")
    },
}


def populations(scale: float) -> list[Population]:
    """Give V2's populations at a fraction of the cells under 1 mm2."""
    return column.populations("V2", COUNTS, DEPTHS_UM, FEWEST, BACKGROUND_PA, COUNTED, scale)


def projections(scale: float) -> list[Projection]:
    """Give the projections within V2."""
    return column.projections("V2", scale, GAIN)
