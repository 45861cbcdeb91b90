"""The kinds of synapses within an area: one row for each pair of cell kinds that is joined alike.

A row says which cells it joins, by their transmitter and kind (`areas.column.CLASSES`), never by
their names. Conductances are those of one anatomical fibre at its maximum; a fibre of Potjans &
Diesmann is one synapse. 0.3 nS AMPA is 0.15 mV at rest on these cells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from areas.column import CellKind, ClassRow
from circuits.errors import CtloopError
from circuits.records import STP, Rule, Topographic, Uniform

#: Where the numbers of every synapse of a column are from; a row adds and replaces.
SOURCES = {
    "fibres": "PotjansDiesmann2014",
    "contacts": "PotjansDiesmann2014",
    "delay_ms": "PotjansDiesmann2014",
    "rule": "assumed: like to like in orientation (Billeh2020), wider onto interneurons; widths ours",
    "modelled": "assumed: fibres thinned with the cells, less where few strong ones would fire a cell",
    "pooling": "vanAlbada2015",
    "weight_cv": "PotjansDiesmann2014",
    "delay_cv": "assumed: a tenth, to the late side alone; Potjans & Diesmann take half, to both",
}
EXCITATORY_SOURCES = {
    **SOURCES,
    "AMPA": "PotjansDiesmann2014",
    "NMDA": "assumed: a tenth of the AMPA conductance",
}
ONTO_BURSTERS_SOURCES = {
    **SOURCES,
    "receptors": "assumed: rich in NMDA, which paces bursters at 4-10 Hz (Silva1991)",
    "stp": "assumed: depresses, as among pyramidal cells of layer 5; the values are ours",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Synapse:
    """One kind of synapse.

    Attributes
    ----------
    name : str
        What it is called in messages.
    transmitter : "exc" or "inh"
        Of the source.
    from_kinds, to_kinds : tuple of CellKind
        Which cells it joins; empty means any.
    receptors : mapping of receptor to float
        Maximal conductance of one anatomical fibre, nS.
    rule : Rule
        Which cells of the target a source prefers.
    delay_ms : float
        Axon and synapse, ms.
    stp : STP, optional
        Short-term plasticity; without it every spike releases the same.
    oversampling : float
        How many times more fibres are modelled than thinning with the cells leaves.
    modelled : int
        Fibres modelled whatever the scale; 0 leaves them to thinning.
    sources : mapping
        Where each number is from.
    """

    name: str
    transmitter: Literal["exc", "inh"]
    from_kinds: tuple[CellKind, ...] = ()
    to_kinds: tuple[CellKind, ...] = ()
    receptors: Mapping[str, float]
    rule: Rule
    delay_ms: float
    stp: STP | None = None
    oversampling: float = 1.0
    modelled: int = 0
    sources: Mapping[str, str]

    def joins(self, source: ClassRow, target: ClassRow) -> bool:
        """Whether this kind of synapse joins these two classes."""
        return (
            source.transmitter == self.transmitter
            and (not self.from_kinds or source.kind in self.from_kinds)
            and (not self.to_kinds or target.kind in self.to_kinds)
        )


INHIBITION = Synapse(
    name="inhibition",
    transmitter="inh",
    receptors={"GABA_A": 0.7},
    rule=Uniform(),
    delay_ms=0.75,
    oversampling=3.0,
    sources={
        **SOURCES,
        "rule": "PotjansDiesmann2014",
        "modelled": "assumed: three times the thinned fibres, which are few and strong; thinning would "
        "multiply their shot noise",
        "GABA_A": "assumed: of the order of their g = -4 at the potentials cells rest at here",
    },
)

AMONG_EXCITATORY_CELLS = Synapse(
    name="excitation of pyramidal and stellate cells",
    transmitter="exc",
    to_kinds=("pyramidal", "stellate"),
    receptors={"AMPA": 0.3, "NMDA": 0.03},
    rule=Topographic(orientation_deg=18.0),
    delay_ms=1.5,
    sources=EXCITATORY_SOURCES,
)

ONTO_PV = Synapse(
    name="excitation of PV cells",
    transmitter="exc",
    to_kinds=("PV",),
    receptors={"AMPA": 0.3, "NMDA": 0.03},
    rule=Topographic(orientation_deg=40.0),
    delay_ms=1.5,
    sources=EXCITATORY_SOURCES,
)

ONTO_SST = Synapse(
    name="excitation of SST cells",
    transmitter="exc",
    to_kinds=("SST",),
    receptors={"AMPA": 0.3, "NMDA": 0.03},
    rule=Topographic(orientation_deg=40.0),
    delay_ms=1.5,
    stp=STP(U=0.1, D_ms=100.0, F_ms=400.0),
    sources={
        **EXCITATORY_SOURCES,
        "stp": "assumed: it facilitates (Campagnola2022); the values are ours",
    },
)

#: Rich in NMDA, which makes the drive of bursters steady and their rhythm 4-10 Hz (Silva et al.
#: 1991; Flint & Connors 1996). It depresses, so that beyond a few Hz the mean current hardly grows
#: and the drive of the rhythm depends little on contrast.
ONTO_BURSTERS = Synapse(
    name="excitation of bursters by pyramidal cells",
    transmitter="exc",
    from_kinds=("pyramidal",),
    to_kinds=("burster",),
    receptors={"AMPA": 0.15, "NMDA": 0.15},
    rule=Topographic(orientation_deg=18.0),
    delay_ms=1.5,
    stp=STP(U=0.5, D_ms=800.0, F_ms=1.0),
    oversampling=3.0,
    sources=ONTO_BURSTERS_SOURCES,
)

#: Layer 4 paces the bursters of its own orientation, almost through NMDA alone: its 50 ms average
#: out the shot noise of the few modelled fibres, which would otherwise set every interval.
LAYER_4_ONTO_BURSTERS = Synapse(
    name="excitation of bursters by layer 4",
    transmitter="exc",
    from_kinds=("stellate",),
    to_kinds=("burster",),
    receptors={"AMPA": 0.05, "NMDA": 0.2},
    rule=Topographic(orientation_deg=11.0),
    delay_ms=1.5,
    oversampling=3.0,
    sources=ONTO_BURSTERS_SOURCES,
)

#: Sparse depressing synapses within an orientation.
AMONG_BURSTERS = Synapse(
    name="excitation among bursters",
    transmitter="exc",
    from_kinds=("burster",),
    to_kinds=("burster",),
    receptors={"AMPA": 0.8, "NMDA": 0.08},
    rule=Topographic(orientation_deg=14.5),
    delay_ms=1.5,
    stp=STP(U=0.5, D_ms=230.0, F_ms=1.0),
    modelled=20,
    sources={
        **EXCITATORY_SOURCES,
        "rule": "assumed: bursters of one orientation burst together",
        "modelled": "assumed: enough to carry a volley",
        "AMPA": "assumed: volleys must carry; Campagnola2022 has 0.4 mV among thick-tufted cells",
        "stp": "assumed: bursters with depressing synapses pace 4-10 Hz (Silva1991); the values are ours",
    },
)

SYNAPSES: tuple[Synapse, ...] = (
    INHIBITION,
    AMONG_EXCITATORY_CELLS,
    ONTO_PV,
    ONTO_SST,
    ONTO_BURSTERS,
    LAYER_4_ONTO_BURSTERS,
    AMONG_BURSTERS,
)


def synapse_between(source: ClassRow, target: ClassRow) -> Synapse:
    """Give the kind of synapse that joins two classes of cells.

    Raises
    ------
    CtloopError
        If no row of `SYNAPSES`, or more than one, is for these kinds.
    """
    found = [row for row in SYNAPSES if row.joins(source, target)]
    if len(found) != 1:
        rows = ", ".join(row.name for row in found) or "none"
        msg = (
            f"one row of areas.synapses.SYNAPSES has to join {source.transmitter} cells of kind "
            f"{source.kind!r} to cells of kind {target.kind!r}; there is: {rows}"
        )
        raise CtloopError(msg)
    return found[0]
