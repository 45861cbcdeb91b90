"""A column of cortex as a template: its populations, and the projections within it.

The fibre counts are Potjans & Diesmann's, split among the classes of a layer by their share of its
cells; they hold before any scaling. What the calibration moved is in `GAIN`, and only there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from areas import cells
from areas.potjans_diesmann import indegree
from circuits.records import STP, CellType, Population, Projection, Rule, Topographic, Uniform

TABLE_SCALE = 0.05


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One class of cells of the template: its cell type, its layer in the wiring table, its share."""

    cell: CellType
    lamina: str
    group: str  # row of the Potjans-Diesmann table
    share: float  # of that group's cells, as a source of fibres
    background_pa: float
    noise_pa: float
    spread_pa: float


#: Shares: L5 thick-tufted 26 %, L6 corticothalamic 56 %, PV and SST as they are counted in the
#: column. Background currents are calibrated to the rates of Neuropixels recordings.
#: class: cell, lamina, group, share, background pA, noise pA, spread pA
CLASSES: dict[str, ClassRow] = {
    "L23E": ClassRow(cells.RS, "L2/3", "L23E", 1.0, 100.0, 40.0, 20.0),
    "L23PV": ClassRow(cells.PV, "L2/3", "L23I", 0.6, 120.0, 80.0, 40.0),
    "L23SST": ClassRow(cells.SST, "L2/3", "L23I", 0.4, 90.0, 30.0, 25.0),
    "L4E": ClassRow(cells.STELLATE, "L4", "L4E", 1.0, 140.0, 45.0, 15.0),
    "L4PV": ClassRow(cells.PV, "L4", "L4I", 1.0, 100.0, 80.0, 40.0),
    "L5IT": ClassRow(cells.RS, "L5", "L5E", 0.74, 110.0, 40.0, 25.0),
    "L5IB": ClassRow(cells.IB, "L5", "L5E", 0.26, -150.0, 8.0, 5.0),
    "L5PV": ClassRow(cells.PV, "L5", "L5I", 0.52, 130.0, 50.0, 25.0),
    "L5SST": ClassRow(cells.SST, "L5", "L5I", 0.48, 60.0, 30.0, 25.0),
    "L6CT": ClassRow(cells.L6CT, "L6", "L6E", 0.56, 90.0, 60.0, 25.0),
    "L6CC": ClassRow(cells.RS, "L6", "L6E", 0.44, 100.0, 60.0, 25.0),
    "L6PV": ClassRow(cells.PV, "L6", "L6I", 0.5, 130.0, 50.0, 25.0),
    "L6SST": ClassRow(cells.SST, "L6", "L6I", 0.5, 60.0, 30.0, 25.0),
}

#: Where the numbers of every population of a column are from; an area adds its own counts.
POPULATION_SOURCES = {
    "depth_top_um": "Schmidt2018",
    "depth_bottom_um": "Schmidt2018",
    "field_deg": "assumed: one patch of field for the whole loop, the retina's",
    "scatter_deg": "assumed: about the size of a parafoveal receptive field",
    "background_pa": "assumed: calibrated to awake rates",
    "noise_pa": "assumed: calibrated to awake rates",
    "spread_pa": "assumed: cells differ; identical ones would fire in volleys",
}

#: Fibres, delays and the 0.15 mV of an excitatory fibre are the microcircuit's (its fibres are
#: synapses, so each makes one contact); dynamics, widths and gains are not in it.
SOURCES = {
    "fibres": "PotjansDiesmann2014",
    "contacts": "PotjansDiesmann2014",
    "delay_ms": "PotjansDiesmann2014",
    "rule": "assumed: like to like in orientation (Billeh2020), wider onto interneurons; widths ours",
    "modelled": "assumed: fibres thinned with the cells, less where few strong ones would fire a cell",
    "pooling": "vanAlbada2015",
    "weight_cv": "PotjansDiesmann2014",
    "delay_cv": "assumed: a tenth, to the late side alone; Potjans & Diesmann take half, to both",
    "gain": "assumed: calibrated to awake rates",
}
EXCITATORY_SOURCES = {
    **SOURCES,
    "AMPA": "PotjansDiesmann2014",
    "NMDA": "assumed: a tenth of the AMPA conductance",
}
TO_SST_SOURCES = {
    **EXCITATORY_SOURCES,
    "stp": "assumed: it facilitates (Campagnola2022); the values are ours",
}
TO_BURSTER_SOURCES = {
    **SOURCES,
    "receptors": "assumed: rich in NMDA, which paces bursters at 4-10 Hz (Silva1991)",
    "stp": "assumed: depresses, as among pyramidal cells of layer 5; the values are ours",
}
BURSTER_SOURCES = {
    **EXCITATORY_SOURCES,
    "rule": "assumed: bursters of one orientation burst together",
    "modelled": "assumed: enough to carry a volley",
    "AMPA": "assumed: volleys must carry; Campagnola2022 has 0.4 mV among thick-tufted cells",
    "stp": "assumed: bursters with depressing synapses pace 4-10 Hz (Silva1991); the values are ours",
}
INHIBITORY_SOURCES = {
    **SOURCES,
    "rule": "PotjansDiesmann2014",
    "modelled": "assumed: three times the thinned fibres, against shot noise",
    "GABA_A": "assumed: of the order of their g = -4 at the potentials cells rest at here",
}

#: Facilitating excitation of SST cells; everything else within the column is taken static.
TO_SST = STP(U=0.1, D_ms=100.0, F_ms=400.0)

#: Maximal conductance of one fibre, nS. 0.3 nS AMPA is 0.15 mV at rest on these cells.
EXCITATION = {"AMPA": 0.3, "NMDA": 0.03}
INHIBITION = {"GABA_A": 0.7}
#: Excitation of bursters is rich in NMDA, which makes their drive steady and their rhythm 4-10 Hz
#: (Silva et al. 1991; Flint & Connors 1996).
TO_BURSTER = {"AMPA": 0.15, "NMDA": 0.15}
#: What paces them, layer 4, reaches them almost through NMDA alone: 50 ms average out the shot noise
#: of the few modelled fibres, which would otherwise set the interval of every burst.
PACING = {"AMPA": 0.05, "NMDA": 0.2}

#: Excitatory synapses on bursters depress, as among L5 pyramids: beyond a few Hz their mean current
#: hardly grows, so the drive of the rhythm depends little on contrast.
ONTO_BURSTER = STP(U=0.5, D_ms=800.0, F_ms=1.0)

#: Excitatory cells prefer partners of like orientation; interneurons pool more widely.
LIKE_TO_LIKE = Topographic(orientation_deg=18.0)
TO_INTERNEURON = Topographic(orientation_deg=40.0)
#: Layer 4 drives the bursters of its own column only.
PACING_RULE = Topographic(orientation_deg=11.0)

#: Inhibitory fibres are few and strong; modelling this many more of them keeps their shot noise,
#: which thinning would multiply, near that of the full column.
CROWD = 3.0

#: Pairs of groups with fewer fibres than this per cell are left out, whole: 8 pairs of
#: the table's 64, and less than 1 % of any cell's fibres.
FEWEST_FIBRES = 25.0

#: Bursters excite each other by sparse depressing synapses, within their own orientation; enough
#: of these fibres are modelled to carry a volley.
AMONG_BURSTERS = STP(U=0.5, D_ms=230.0, F_ms=1.0)
BURSTER_FIBRES = 20

#: The calibration: dimensionless factors on single projections of the template. Recurrent
#: excitation is weakened where a thinned column, with its few strong fibres, would fire in volleys;
#: the way forward (L4 to L2/3 to L5) is strengthened, as Potjans & Diesmann themselves double
#: L4E to L2/3E; inhibition of bursters is weak (Schubert et al. 2001), and they give little back to
#: other excitatory cells, but much to L5 interneurons (mouse V1 reconstruction).
GAIN: dict[tuple[str, str], float] = {
    ("L4E", "L4E"): 0.8,
    ("L4E", "L4PV"): 0.5,
    ("L4PV", "L4E"): 1.5,
    ("L4E", "L23E"): 6.5,
    ("L4E", "L23PV"): 1.5,
    ("L4E", "L5IB"): 1.5,
    ("L23E", "L23E"): 0.3,
    ("L23E", "L23PV"): 0.5,
    ("L23E", "L4PV"): 0.5,
    ("L23PV", "L23E"): 3.0,
    ("L23E", "L5IT"): 1.5,
    ("L23E", "L5IB"): 0.4,
    ("L5IT", "L5IT"): 0.5,
    ("L5IT", "L23E"): 0.5,
    ("L5IT", "L5IB"): 0.4,
    ("L5PV", "L5IB"): 0.3,
    ("L5SST", "L5IB"): 0.5,
    ("L5IB", "L5IB"): 3.5,
    ("L5IB", "L5SST"): 2.0,
    ("L5IB", "L5PV"): 2.4,
    ("L5IB", "L23E"): 0.1,
    ("L5IB", "L23PV"): 0.3,
    ("L5IB", "L4E"): 0.1,
    ("L5IB", "L5IT"): 0.1,
    ("L5IB", "L6CC"): 0.1,
    ("L5IB", "L6CT"): 0.1,
}

#: Where more fibres are modelled, because a few strong ones would make the target fire by chance.
#: Layer 4 and inhibition set when bursters burst: their shot noise would be the rhythm's.
CROWDED: dict[tuple[str, str], float] = {
    ("L4E", "L23E"): 10.0,
    ("L4E", "L5IB"): 22.0,
}

#: Modelled fibres that are never fewer, however thin the column.
AT_LEAST = {("L5PV", "L5IB"): 24, ("L5SST", "L5IB"): 24}


#: An area that departs from the template nowhere.
AS_TEMPLATE: Mapping[tuple[str, str], float] = MappingProxyType({})


def populations(
    area: str,
    counts: Mapping[str, int],
    depths_um: Mapping[str, tuple[float, float]],
    fewest: Mapping[str, int],
    background_pa: Mapping[str, float],
    counted: str,
    scale: float,
) -> list[Population]:
    """Give the populations of an area at a scale.

    Parameters
    ----------
    area : str
    counts : mapping
        Cells of each class at the table's scale of 1/20 mm2.
    depths_um : mapping
        Top and bottom of each lamina below the pia.
    fewest : mapping
        The number below which a class is not thinned further.
    background_pa : mapping
        Where the area departs from the template's background.
    counted : str
        The source of the counts.
    scale : float
        Fraction of the cells under 1 mm2.
    """
    out = []
    for name, row in CLASSES.items():
        top, bottom = depths_um[row.lamina]
        out.append(
            Population(
                name=f"{area}.{name}",
                area=area,
                lamina=row.lamina,
                cell=row.cell,
                count=max(round(counts[name] * scale / TABLE_SCALE), fewest.get(name, 40)),
                transmitter="inh" if name.endswith(("PV", "SST")) else "exc",
                depth_top_um=top,
                depth_bottom_um=bottom,
                background_pa=background_pa.get(name, row.background_pa),
                noise_pa=row.noise_pa,
                spread_pa=row.spread_pa,
                sources={**POPULATION_SOURCES, "count": counted},
            )
        )
    return out


def projections(
    area: str,
    scale: float,
    gain: Mapping[tuple[str, str], float] = AS_TEMPLATE,
    crowded: Mapping[tuple[str, str], float] = AS_TEMPLATE,
) -> list[Projection]:
    """Give the projections within an area: every pair of classes with fibres to speak of.

    Parameters
    ----------
    area : str
    scale : float
        Fraction of the cells under 1 mm2.
    gain, crowded : mapping of (source, target) to float
        Where the area departs from the template's `GAIN` and `CROWDED`.
    """
    gains, crowds = {**GAIN, **gain}, {**CROWDED, **crowded}
    out = []
    for target, to in CLASSES.items():
        for source, frm in CLASSES.items():
            fibres = indegree(to.group, frm.group)
            if fibres >= FEWEST_FIBRES:
                pair, fibres = (source, target), fibres * frm.share
                crowd = crowds.get(pair, _crowd(source, target))
                out.append(_projection(area, pair, fibres, scale, gains.get(pair, 1.0), crowd))
    return out


def _crowd(source: str, target: str) -> float:
    return CROWD if source.endswith(("PV", "SST")) or target == "L5IB" else 1.0


def _projection(
    area: str, pair: tuple[str, str], fibres: float, scale: float, gain: float, crowd: float
) -> Projection:
    source, target = pair
    inhibitory = source.endswith(("PV", "SST"))
    fewest = AT_LEAST.get(pair, 4 if crowd > 1 else 2)
    if source == target == "L5IB":
        return _among_bursters(area, fibres, gain)
    return Projection(
        source=f"{area}.{source}",
        target=f"{area}.{target}",
        role="inhibitory" if inhibitory else "local",
        rule=_rule(source, target),
        fibres=fibres,
        modelled=max(fewest, round(fibres * min(scale * crowd, 1.0))),
        receptors=_receptors(source, target),
        delay_ms=0.75 if inhibitory else 1.5,
        stp=_dynamics(source, target),
        gain=gain,
        sources=_sources(source, target),
    )


def _among_bursters(area: str, fibres: float, gain: float) -> Projection:
    return Projection(
        source=f"{area}.L5IB",
        target=f"{area}.L5IB",
        role="local",
        rule=Topographic(orientation_deg=14.5),
        fibres=fibres,
        modelled=BURSTER_FIBRES,
        receptors={"AMPA": 0.8, "NMDA": 0.08},
        delay_ms=1.5,
        stp=AMONG_BURSTERS,
        gain=gain,
        sources=BURSTER_SOURCES,
    )


def _rule(source: str, target: str) -> Rule:
    if source.endswith(("PV", "SST")):
        return Uniform()
    if (source, target) == ("L4E", "L5IB"):
        return PACING_RULE
    return TO_INTERNEURON if target.endswith(("PV", "SST")) else LIKE_TO_LIKE


def _receptors(source: str, target: str) -> Mapping[str, float]:
    if source.endswith(("PV", "SST")):
        return INHIBITION
    if target == "L5IB":
        return PACING if source == "L4E" else TO_BURSTER
    return EXCITATION


def _sources(source: str, target: str) -> dict[str, str]:
    if source.endswith(("PV", "SST")):
        return INHIBITORY_SOURCES
    if target.endswith("SST"):
        return TO_SST_SOURCES
    return TO_BURSTER_SOURCES if target == "L5IB" else EXCITATORY_SOURCES


def _dynamics(source: str, target: str) -> STP | None:
    """Excitation of SST cells facilitates, of bursters depresses; the rest is taken static."""
    if source.endswith(("PV", "SST")):
        return None
    if target == "L5IB" and source != "L4E":
        return ONTO_BURSTER
    return TO_SST if target.endswith("SST") else None
