"""Primary visual cortex (macaque): how many cells of each class, and where they lie."""

from __future__ import annotations

from areas import column
from circuits.records import Population, Projection

#: Cells at 1/20 of those under 1 mm2.
COUNTS = {
    "L23E": 2400,
    "L23PV": 240,
    "L23SST": 160,
    "L4E": 3500,
    "L4PV": 480,
    "L5IT": 730,
    "L5IB": 270,
    "L5PV": 120,
    "L5SST": 110,
    "L6CT": 560,
    "L6CC": 430,
    "L6PV": 100,
    "L6SST": 100,
}

COUNTED = (
    "assumed: V1's 197,936 cells under 1 mm2 (Schmidt2018), split by class as in mouse (Billeh2020), "
    "without VIP and L4 SST; the loop's own classes are thinned last"
)

#: Laminae in um below the pia (layer 1 on top; Schmidt et al. 2018).
DEPTHS_UM = {
    "L1": (0.0, 90.0),
    "L2/3": (90.0, 455.0),
    "L4": (455.0, 916.0),
    "L5": (916.0, 1082.0),
    "L6": (1082.0, 1239.0),
}

#: The loop's own classes are thinned last: a volley of a few bursters must stay a population, and
#: a relay cell's modulators a crowd.
FEWEST = {
    "L4E": 1400,  # it paces the bursters, and must be many to pace them evenly
    "L5IB": 270,
    "L6CT": 270,
    "L5IT": 200,
    "L6CC": 80,
    "L5PV": 120,
    "L5SST": 110,
}

#: Where the calibration departs from the column's template.
BACKGROUND_PA: dict[str, float] = {"L6CT": 120.0}

#: Layer 4 is normalised by its own PV cells; it also drives PV cells of layer 5, which hold back the
#: bursters of other orientations when a picture appears.
GAIN = {
    ("L4E", "L4E"): 0.5,
    ("L4E", "L4PV"): 2.0,
    ("L4PV", "L4E"): 1.0,
    ("L4E", "L23E"): 4.0,
    ("L4E", "L5PV"): 3.0,
    ("L5PV", "L5IB"): 0.8,
}
CROWDED = {("L4E", "L5IB"): 35.2}


def populations(scale: float) -> list[Population]:
    """Give V1's populations at a fraction of the cells under 1 mm2."""
    return column.populations("V1", COUNTS, DEPTHS_UM, FEWEST, BACKGROUND_PA, COUNTED, scale)


def projections(scale: float) -> list[Projection]:
    """Give the projections within V1."""
    return column.projections("V1", scale, GAIN, CROWDED)
