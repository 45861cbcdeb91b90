"""Cortex and LGN of the loop that learns: its numbers, where the alternation's have changed since.

The loop that learns (`thalamus.predictive`) has the pulvinar, its sector of the TRN and the zona incerta of
the alternation. Cortex and LGN keep the numbers with which it was calibrated, for with those of the
alternation it learnt badly (`thalamus/CALIBRATION.md`).
"""

from __future__ import annotations

from thalamus.settings import Setting

WHY = "assumed: as when learning was calibrated (seeds 100-103); not calibrated since"

#: Numbers, as a user would write them.
NUMBERS: tuple[str, ...] = (
    # cortex
    "V1.L23PV.background=120pA",
    "V1.L23SST.background=90pA",
    "V1.L5IT.background=110pA",
    "V1.L5IB.background=-150pA",
    "V1.L5SST.background=60pA",
    "V1.L6CT.background=120pA",
    "V1.L6SST.background=60pA",
    "V1.L5PV->V1.L5IB.gain=.8",
    "V2.L23E.background=100pA",
    "V2.L4E.background=180pA",
    "V2.L5SST.background=60pA",
    "V2.L6CC.background=100pA",
    # fibres and strengths that came later
    "V1.L6CT->V1.L4E.gain=1",
    "V1.L6PV->V1.L23E.gain=0",
    "V1.L6PV->V1.L4E.gain=0",
    "V1.L6PV->V1.L5IT.gain=0",
    "V1.L6PV->V1.L5IB.gain=0",
    "V2.L6CT->V2.L4E.gain=1",
    "V2.L6PV->V2.L23E.gain=0",
    "V2.L6PV->V2.L4E.gain=0",
    "V2.L6PV->V2.L5IT.gain=0",
    "V2.L6PV->V2.L5IB.gain=0",
    "LGN.TC->V1.L5IT.gain=0",
    "LGN.TC->V1.L5IB.gain=0",
    "LGN.TC->V1.L5PV.gain=0",
    "V1.L5SST->V1.L5IB.gain=.5",
    "V1.L5PV.background=130pA",
    "V1.L5PV->V1.L5IB.modelled=24",
    "V1.L5SST->V1.L5IB.modelled=24",
    "V2.L5PV->V2.L5IB.modelled=24",
    "V2.L5SST->V2.L5IB.modelled=24",
    "V2.L4PV.background=100pA",
    "V2.L5IT.background=110pA",
    "V2.L5IB.background=-120pA",
    "V2.L5PV.background=130pA",
    "V2.L6CT.background=90pA",
    "V2.L6PV.background=130pA",
    "V2.L23E->V1.L23E.gain=.15",
    "V2.L5IT->V1.L23E.gain=.15",
    "V2.L6CC->V1.L23E.gain=.15",
    "V2.L23E->V1.L5IB.gain=.15",
    # LGN and its sector of the TRN
    "LGN.TC.VhT=-66mV",
    "LGN.TC.background=50pA",
    "TRN.LGN.gL=5nS",
    "TRN.LGN.background=30pA",
    "Retina.GC->LGN.TC.gain=2.5",
    "LGN.TC->TRN.LGN.gain=.05",
    "TRN.LGN->LGN.TC.gain=.05",
    "TRN.LGN->TRN.LGN.gain=.1",
    # pulvinar to cortex
    "Pulvinar.TRC->V2.L23E.gain=.3",
    "Pulvinar.TRC->V1.L23E.gain=.1",
    "Pulvinar.TRC->V1.L5IB.gain=.1",
)
SETTINGS: tuple[Setting, ...] = tuple(
    Setting(path, value, WHY) for path, _, value in (row.partition("=") for row in NUMBERS)
)
