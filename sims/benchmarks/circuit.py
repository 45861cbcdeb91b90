"""A fixed circuit for benchmarks, and for other simulators: adaptive cells, AMPA and GABA-A, nothing else.

Four areas of four excitatory populations and one inhibitory one. Each population has three projections of
`FIBRES` fibres: from its own area's inhibitory cells, from the excitatory population before it, and from the
same one of the area before. With 200 cells a population these are 4,000 cells and 120,000 synapses. Currents
that differ from cell to cell make it fire, so that nothing in it is drawn while it runs: no noise, no
T-current, no NMDA, no short-term plasticity.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from areas.cells import PV, RS
from circuits.records import Population, Projection, Uniform
from circuits.spec import assemble

if TYPE_CHECKING:
    from circuits.spec import Circuit

AREAS = ("A", "B", "C", "D")
EXCITATORY = ("E1", "E2", "E3", "E4")
INHIBITORY = "I"
#: Fibres of one projection onto one cell.
FIBRES = 10
#: Conductance of one fibre, nS.
AMPA_NS, GABA_NS = 1.2, 4.0
#: Mean of the current into each cell, and its standard deviation from cell to cell, pA.
DRIVE_PA = {"exc": 290.0, "inh": 215.0}
SPREAD_PA = 30.0

_SOURCE = {"*": "assumed: a circuit for benchmarks, like no tissue"}


def benchmark_circuit(cells_per_population: int = 200, fibres: int = FIBRES) -> Circuit:
    """Make the circuit of the benchmarks.

    Parameters
    ----------
    cells_per_population : int
        Of each of the 20 populations.
    fibres : int
        Of each of the 60 projections, onto one cell; each stands for `FIBRES / fibres` of them, so that
        the mean conductance of a cell stays what it is.

    Returns
    -------
    networkx.MultiDiGraph
        A circuit without a spike source; its wiring and its currents depend on the run's seed.
    """
    cells = [
        _population(area, layer, cells_per_population)
        for area in AREAS
        for layer in (*EXCITATORY, INHIBITORY)
    ]
    fibres_of = [
        _projection(source, f"{area}.{layer}", fibres)
        for k, area in enumerate(AREAS)
        for layer in (*EXCITATORY, INHIBITORY)
        for source in _sources(k, layer)
    ]
    return assemble(cells, fibres_of)


def _sources(area: int, layer: str) -> tuple[str, str, str]:
    """Give what drives a population: one inhibitory population and two excitatory ones."""
    here, before = AREAS[area], AREAS[area - 1]
    if layer == INHIBITORY:
        return f"{here}.I", f"{here}.E1", f"{before}.E4"
    beside = EXCITATORY[EXCITATORY.index(layer) - 1]
    return f"{here}.I", f"{here}.{beside}", f"{before}.{layer}"


def _population(area: str, layer: str, count: int) -> Population:
    inhibitory = layer == INHIBITORY
    kind = "inh" if inhibitory else "exc"
    return Population(
        name=f"{area}.{layer}",
        area=area,
        lamina=layer,
        cell=replace(PV if inhibitory else RS, gT_ns=0.0),
        count=count,
        transmitter="inh" if inhibitory else "exc",
        kind="PV" if inhibitory else "pyramidal",
        map="none",
        background_pa=DRIVE_PA[kind],
        spread_pa=SPREAD_PA,
        sources={
            **_SOURCE,
            **dict.fromkeys(("count", "background_pa", "noise_pa", "spread_pa"), _SOURCE["*"]),
            **dict.fromkeys(("field_deg", "scatter_deg"), _SOURCE["*"]),
        },
    )


def _projection(source: str, target: str, fibres: int) -> Projection:
    inhibitory = source.endswith(f".{INHIBITORY}")
    return Projection(
        source=source,
        target=target,
        role="inhibitory" if inhibitory else "local",
        rule=Uniform(),
        fibres=FIBRES,
        modelled=fibres,
        receptors={"GABA_A": GABA_NS} if inhibitory else {"AMPA": AMPA_NS},
        pooling="sum",
        sources={
            **_SOURCE,
            **dict.fromkeys(("rule", "modelled", "pooling"), _SOURCE["*"]),
            **dict.fromkeys(("weight_cv", "delay_cv", "gain"), _SOURCE["*"]),
        },
    )
