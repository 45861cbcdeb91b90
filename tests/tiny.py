"""A tiny circuit: one kind of cell, populations and projections with the fields a test does not care about."""

from __future__ import annotations

from typing import Any

from circuits.records import CellType, Population, Projection, Uniform

#: A regular-spiking cell.
CELL = CellType(name="RS", C_pf=200, gL_ns=10, EL_mv=-65, VT_mv=-50, DT_mv=2, Vr_mv=-58)
#: The same with half the capacitance, so twice as quick: it fires within tests of a tenth of a second.
QUICK_CELL = CellType(name="RS", C_pf=100, gL_ns=10, EL_mv=-65, VT_mv=-50, DT_mv=2, Vr_mv=-58)


def population(name: str, **fields: Any) -> Population:
    """Give a population of 20 excitatory cells without laminae; its area is what is before the dot."""
    usual = {
        "area": name.split(".")[0],
        "lamina": "",
        "cell": CELL,
        "count": 20,
        "transmitter": "exc",
    }
    return Population(name=name, **{**usual, **fields})


def firing(name: str, pa: float = 230.0, **fields: Any) -> Population:
    """Give a population of quick cells that a noisy current (pA) makes fire by themselves."""
    usual = {"cell": QUICK_CELL, "background_pa": pa, "noise_pa": 40, "spread_pa": 20}
    return population(name, **{**usual, **fields})


def projection(source: str, target: str, **fields: Any) -> Projection:
    """Give a projection of 5 fibres of 2 nS AMPA each, from any cell to any other."""
    usual = {
        "role": "local",
        "rule": Uniform(),
        "fibres": 5,
        "modelled": 5,
        "receptors": {"AMPA": 2.0},
    }
    return Projection(source=source, target=target, **{**usual, **fields})
