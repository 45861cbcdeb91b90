"""Second visual area of the macaque."""

from __future__ import annotations

from areas.area import Area
from areas.column import AROUND_BURSTERS, LOOP, RELAY, VOLLEY
from areas.sourced import Sourced

FROM_ABOVE = Sourced(
    0.3,
    "assumed: L6CT and the interneurons of layer 6 receive little from the layers above, so that what "
    "L6CT send to the pulvinar is not what the area sees now (after OReilly2026)",
)

AWAKE = "assumed: calibrated to within a factor of three of awake rates (Allen Neuropixels), for V2 alone"

V2 = Area(
    name="V2",
    # Cells at 1/20 of those under 1 mm2.
    cells={
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
    },
    counted="assumed: V2's 157,088 cells under 1 mm2 (Schmidt2018), split by class as in mouse "
    "(Billeh2020), without VIP and L4 SST",
    # Schmidt et al. 2018.
    laminae_um={
        "L1": (0.0, 121.0),
        "L2/3": (121.0, 725.0),
        "L4": (725.0, 964.0),
        "L5": (964.0, 1213.0),
        "L6": (1213.0, 1461.0),
    },
    fewest={
        "L5IB": Sourced(270, VOLLEY),
        "L6CT": Sourced(360, RELAY),
        "L5IT": Sourced(200, LOOP),
        "L6CC": Sourced(80, LOOP),
        "L5PV": Sourced(109, AROUND_BURSTERS),
        "L5SST": Sourced(101, AROUND_BURSTERS),
    },
    background_pa={
        "L23E": Sourced(85.0, AWAKE),
        "L4E": Sourced(237.0, AWAKE),
        "L4PV": Sourced(105.0, AWAKE),
        "L5IT": Sourced(138.0, AWAKE),
        "L5PV": Sourced(155.0, AWAKE),
        "L6CT": Sourced(118.0, AWAKE),
        "L6PV": Sourced(155.0, AWAKE),
        "L5SST": Sourced(81.0, AWAKE),
        "L6CC": Sourced(145.0, AWAKE),
        "L5IB": Sourced(-48.0, "assumed: calibrated together with layer 4, for V2 alone"),
    },
    gain={
        ("L4E", "L5IB"): Sourced(2.5, "assumed: layer 4 is what paces the bursters; calibrated"),
        **{(above, "L6CT"): FROM_ABOVE for above in ("L23E", "L4E", "L5IT", "L6CC")},
        **{
            (above, interneuron): FROM_ABOVE
            for above in ("L23E", "L4E", "L5IT", "L5IB")
            for interneuron in ("L6PV", "L6SST")
        },
    },
)
