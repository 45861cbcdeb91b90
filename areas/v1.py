"""Primary visual cortex of the macaque."""

from __future__ import annotations

from areas.area import Area
from areas.column import AROUND_BURSTERS, INHIBITED, LOOP, RELAY, VOLLEY
from areas.sourced import Sourced

AWAKE = "assumed: calibrated to within a factor of three of awake rates (Allen Neuropixels), for V1 alone"
NORMALISED = (
    "assumed: layer 4 is normalised by its own PV cells, so that its rate follows its drive"
)
OTHER_ORIENTATIONS = (
    "assumed: layer 4 drives PV cells of layer 5, which hold back the bursters of other orientations "
    "when a picture appears"
)

V1 = Area(
    name="V1",
    # Cells at 1/20 of those under 1 mm2.
    cells={
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
    },
    counted="assumed: V1's 197,936 cells under 1 mm2 (Schmidt2018), split by class as in mouse "
    "(Billeh2020), without VIP and L4 SST",
    # Schmidt et al. 2018.
    laminae_um={
        "L1": (0.0, 90.0),
        "L2/3": (90.0, 455.0),
        "L4": (455.0, 916.0),
        "L5": (916.0, 1082.0),
        "L6": (1082.0, 1239.0),
    },
    fewest={
        "L4E": Sourced(
            1400, "assumed: it paces the bursters, and must be many to pace them evenly"
        ),
        "L5IB": Sourced(270, VOLLEY),
        "L6CT": Sourced(270, RELAY),
        "L5IT": Sourced(200, LOOP),
        "L6CC": Sourced(80, LOOP),
        "L5PV": Sourced(120, AROUND_BURSTERS),
        "L5SST": Sourced(110, AROUND_BURSTERS),
    },
    background_pa={
        "L5IB": Sourced(
            -153.0, "assumed: with layer 4 on top of it bursters burst five times a second"
        ),
        "L23PV": Sourced(208.0, AWAKE),
        "L23SST": Sourced(185.0, AWAKE),
        "L5IT": Sourced(155.0, AWAKE),
        "L5PV": Sourced(80.0, "assumed: less than in the column, for LGN drives them too here"),
        "L5SST": Sourced(110.0, AWAKE),
        "L6CT": Sourced(165.0, AWAKE),
        "L6SST": Sourced(79.0, AWAKE),
    },
    gain={
        ("L4E", "L4E"): Sourced(0.5, NORMALISED),
        ("L4E", "L4PV"): Sourced(2.0, NORMALISED),
        ("L4PV", "L4E"): Sourced(1.0, NORMALISED),
        ("L4E", "L23E"): Sourced(4.0, "assumed: strengthened less than in the column (6.5)"),
        ("L4E", "L5PV"): Sourced(3.0, OTHER_ORIENTATIONS),
        ("L5PV", "L5IB"): Sourced(0.45, OTHER_ORIENTATIONS),
        ("L5SST", "L5IB"): Sourced(0.4, INHIBITED),
    },
    oversampling={
        ("L4E", "L5IB"): Sourced(
            35.2, "assumed: layer 4 sets when bursters burst; its shot noise would be the rhythm's"
        )
    },
)
