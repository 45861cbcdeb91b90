"""The column of cortex that every area starts from: its cell classes, and what calibration moved.

The number of fibres between two classes is that of Potjans & Diesmann (`areas.potjans_diesmann`),
split among the classes of a layer by their share of its cells. What kind of synapse joins two
classes is in `areas.synapses`. What was calibrated is here, in `GAIN` and `OVERSAMPLING`, and in
the tables of an area where it departs from these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from areas import cells
from areas.sourced import Sourced
from circuits.records import CellType

#: Counts are tabled for 1/20 of 1 mm2; a `scale` is a fraction of 1 mm2.
TABLE_SCALE = 0.05

CellKind = Literal["pyramidal", "burster", "stellate", "PV", "SST"]


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One class of cells of the column.

    Attributes
    ----------
    kind : CellKind
        What `areas.synapses` chooses the kind of synapse by.
    transmitter : "exc" or "inh"
    cell : CellType
        How it fires.
    lamina : str
        Where its cells lie.
    group : str
        The row of the Potjans-Diesmann table it belongs to.
    share : float
        Its part of that group's cells, 0-1, as a source of fibres.
    background_pa, noise_pa, spread_pa : float
        Unmodelled input, pA (`circuits.records.Population`).
    apical_to : str
        The lamina in which the apical dendrite ends; "" for cells without one.
    """

    kind: CellKind
    transmitter: Literal["exc", "inh"]
    cell: CellType
    lamina: str
    group: str
    share: float
    background_pa: float
    noise_pa: float
    spread_pa: float
    apical_to: str = ""


# fmt: off
#: The classes. Shares: thick-tufted cells are 26 % of layer 5 (Billeh et al. 2020), corticothalamic
#: cells 56 % of layer 6 (Crandall et al. 2017), PV and SST cells as they are counted in the column.
CLASSES: dict[str, ClassRow] = {
    # class           kind         transmitter cell      lamina  group   share  background noise spread pA  apical to
    "L23E":    ClassRow("pyramidal",  "exc", cells.RS,        "L2/3",  "L23E",  1.0,     100.0,  40.0,  20.0, "L1"),
    "L23PV":   ClassRow("PV",         "inh", cells.PV,        "L2/3",  "L23I",  0.6,     120.0,  80.0,  40.0),
    "L23SST":  ClassRow("SST",        "inh", cells.SST,       "L2/3",  "L23I",  0.4,      90.0,  30.0,  25.0),
    "L4E":     ClassRow("stellate",   "exc", cells.STELLATE,  "L4",    "L4E",   1.0,     140.0,  45.0,  15.0),
    "L4PV":    ClassRow("PV",         "inh", cells.PV,        "L4",    "L4I",   1.0,     100.0,  80.0,  40.0),
    "L5IT":    ClassRow("pyramidal",  "exc", cells.RS,        "L5",    "L5E",   0.74,    110.0,  40.0,  25.0, "L1"),
    "L5IB":    ClassRow("burster",    "exc", cells.IB,        "L5",    "L5E",   0.26,   -150.0,   8.0,   5.0, "L1"),
    "L5PV":    ClassRow("PV",         "inh", cells.PV,        "L5",    "L5I",   0.52,    130.0,  50.0,  25.0),
    "L5SST":   ClassRow("SST",        "inh", cells.SST,       "L5",    "L5I",   0.48,     60.0,  30.0,  25.0),
    "L6CT":    ClassRow("pyramidal",  "exc", cells.L6CT,      "L6",    "L6E",   0.56,     90.0,  60.0,  25.0, "L4"),
    "L6CC":    ClassRow("pyramidal",  "exc", cells.RS,        "L6",    "L6E",   0.44,    100.0,  60.0,  25.0, "L5"),
    "L6PV":    ClassRow("PV",         "inh", cells.PV,        "L6",    "L6I",   0.5,     130.0,  50.0,  25.0),
    "L6SST":   ClassRow("SST",        "inh", cells.SST,       "L6",    "L6I",   0.5,      60.0,  30.0,  25.0),
}
# fmt: on

#: Where the numbers of every population of a column are from; an area adds its own counts.
POPULATION_SOURCES = {
    "depth_top_um": "Schmidt2018",
    "depth_bottom_um": "Schmidt2018",
    "field_deg": "assumed: one patch of field for the whole loop, the retina's",
    "scatter_deg": "assumed: about the size of a parafoveal receptive field",
    "background_pa": "assumed: calibrated to awake rates; stands for all input from outside the model",
    "noise_pa": "assumed: calibrated to awake rates",
    "spread_pa": "assumed: cells differ; identical ones would fire in volleys",
}

#: A class is not thinned below this many cells, unless its area names another number: then every
#: 10 deg of orientation hold at least two of them.
FEWEST_CELLS = Sourced(40, "assumed: two cells or more in every 10 deg of orientation")
#: Why an area thins some classes less.
VOLLEY = "assumed: a volley of a few bursters must stay a population"
RELAY = "assumed: the modulators of a relay cell must be many"
LOOP = "assumed: the loop's own classes are thinned last"
AROUND_BURSTERS = "assumed: what inhibits the bursters is not thinned below 1/20 mm2"

#: Pairs of groups with fewer fibres than this per cell are left out whole: 8 of the table's 64
#: pairs, and less than 1 % of any cell's fibres.
FEWEST_FIBRES = 25.0

#: However few fibres thinning leaves, so many are modelled onto each cell: one fibre alone would
#: stand for all. Where they are oversampled against shot noise it is twice as many.
FEWEST_MODELLED = 2
FEWEST_OVERSAMPLED = 4

TRANSLAMINAR = (
    "assumed: a tenth of what such a cell gives within layer 6; fast-spiking cells of layer 6 reach all "
    "layers above (Bortone2014), no count found"
)
#: Fibres onto one cell, between classes that the table of Potjans & Diesmann does not join.
#: (source, target): fibres, why
BEYOND_THE_TABLE: dict[tuple[str, str], Sourced] = {
    ("L6PV", target): Sourced(38.0, TRANSLAMINAR) for target in ("L23E", "L4E", "L5IT", "L5IB")
}

# --- what calibration moved ----------------------------------------------------------------------

CALIBRATED = "assumed: calibrated to awake rates"
RECURRENT = (
    "assumed: recurrent excitation is weakened, for a thinned column with its few strong fibres "
    "would fire in volleys"
)
FORWARD = (
    "assumed: the path forward (L4 to L2/3 to L5) is strengthened, as PotjansDiesmann2014 double "
    "L4E to L2/3E"
)
INHIBITED = "assumed: inhibition of bursters is weak (Schubert et al. 2001)"
SENDS_LITTLE = (
    "assumed: bursters give little to other cells of their column, but interneurons of L5"
)
TO_INTERNEURONS = (
    "assumed: bursters give much to interneurons of layer 5, as in the reconstruction of mouse V1"
)

#: Dimensionless factor on single projections of the column; 1 for all others.
#: (source, target): factor, why
GAIN: dict[tuple[str, str], Sourced] = {
    ("L4E", "L4E"): Sourced(0.8, RECURRENT),
    ("L4E", "L4PV"): Sourced(0.5, CALIBRATED),
    ("L4PV", "L4E"): Sourced(1.5, CALIBRATED),
    ("L4E", "L23E"): Sourced(6.5, FORWARD),
    ("L4E", "L23PV"): Sourced(1.5, CALIBRATED),
    ("L4E", "L5IB"): Sourced(1.5, "assumed: layer 4 is what paces the bursters"),
    ("L23E", "L23E"): Sourced(0.3, RECURRENT),
    ("L23E", "L23PV"): Sourced(0.5, CALIBRATED),
    ("L23E", "L4PV"): Sourced(0.5, CALIBRATED),
    ("L23PV", "L23E"): Sourced(3.0, CALIBRATED),
    ("L23E", "L5IT"): Sourced(1.5, FORWARD),
    ("L23E", "L5IB"): Sourced(0.4, CALIBRATED),
    ("L5IT", "L5IT"): Sourced(0.5, RECURRENT),
    ("L5IT", "L23E"): Sourced(0.5, CALIBRATED),
    ("L5IT", "L5IB"): Sourced(0.4, CALIBRATED),
    ("L5PV", "L5IB"): Sourced(0.3, INHIBITED),
    ("L5SST", "L5IB"): Sourced(0.5, INHIBITED),
    ("L5IB", "L5IB"): Sourced(3.5, "assumed: bursters of one orientation have to burst together"),
    ("L5IB", "L5SST"): Sourced(2.0, TO_INTERNEURONS),
    ("L5IB", "L5PV"): Sourced(2.4, TO_INTERNEURONS),
    ("L5IB", "L23E"): Sourced(0.1, SENDS_LITTLE),
    ("L5IB", "L23PV"): Sourced(0.3, SENDS_LITTLE),
    ("L5IB", "L4E"): Sourced(0.1, SENDS_LITTLE),
    ("L5IB", "L5IT"): Sourced(0.1, SENDS_LITTLE),
    ("L5IB", "L6CC"): Sourced(0.1, SENDS_LITTLE),
    ("L5IB", "L6CT"): Sourced(0.1, SENDS_LITTLE),
    ("L6CT", "L4E"): Sourced(
        0.3, "assumed: the table's 374 fibres are the cat's; hardly any in the mouse (Billeh2020)"
    ),
}
AS_THE_TABLE = "assumed: 1, as strong as the kind of synapse"

#: How many times more fibres are modelled than thinning with the cells leaves, where it is not the
#: number of the kind of synapse (`areas.synapses`).
OVERSAMPLING: dict[tuple[str, str], Sourced] = {
    ("L4E", "L23E"): Sourced(
        10.0, "assumed: a few strong fibres would make the target fire by chance"
    ),
    ("L4E", "L5IB"): Sourced(
        22.0, "assumed: layer 4 sets when bursters burst; its shot noise would be the rhythm's"
    ),
}

#: Modelled fibres that are never fewer, however thin the column.
MODELLED_AT_LEAST: dict[tuple[str, str], int] = {
    ("L5PV", "L5IB"): 60,
    ("L5SST", "L5IB"): 50,
}
