"""Which numbers a population and a projection may hold: one condition a line, with the message if it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias, TypeVar

from circuits.equations import RECEPTORS as KINETICS
from circuits.errors import CtloopError
from circuits.records import STP, CellType, Gabor, Population, Probability, Projection, Topographic

#: The receptors the engine knows.
RECEPTORS = tuple(KINETICS)

_T = TypeVar("_T")
#: A condition that holds for numbers that can be meant, and how a record that breaks it is described.
Limits: TypeAlias = tuple[tuple[Callable[[_T], bool], str], ...]


def whole(number: float) -> bool:
    """Check whether a number is whole and at least 1, as a count has to be."""
    return number >= 1 and number % 1 == 0


def fraction(number: float) -> bool:
    """Check whether a number is a fraction, 0-1 with both ends."""
    return 0 <= number <= 1


_CELL: Limits[CellType] = (
    (
        lambda c: (
            c.tau_w_ms > 0
            and c.tau_h_plus_ms > 0
            and c.tau_h_minus_ms > 0
            and c.tau_nmda_ms > 0
            and c.tref_ms >= 0
        ),
        "has a time constant that is not positive",
    ),
)
#: Of a cell that is simulated, which a spike source is not.
_MEMBRANE: Limits[CellType] = (
    (
        lambda c: c.C_pf > 0 and c.gL_ns > 0 and c.DT_mv > 0,
        "needs a positive capacitance, leak and slope (C_pf, gL_ns, DT_mv)",
    ),
)
_POPULATION: Limits[Population] = (
    (lambda p: whole(p.count), "has {0.count} cells; a whole number, at least 1, is needed"),
    (lambda p: p.tissue_cells >= 0, "has a negative number of cells in the tissue"),
    (lambda p: p.noise_pa >= 0, "has negative noise"),
    (lambda p: p.spread_pa >= 0 and p.scatter_deg >= 0, "has a negative spread or scatter"),
    (lambda p: fraction(p.silenced_fraction), "has a silenced fraction outside 0-1"),
    (
        lambda p: all(fraction(part) for _, part in p.currents),
        "has an injected current into a fraction outside 0-1",
    ),
)
_PROJECTION: Limits[Projection] = (
    (
        lambda p: whole(p.modelled) and p.fibres > 0,
        "needs at least one fibre, and a whole number of modelled ones",
    ),
    (
        lambda p: not isinstance(p.rule, Probability) or fraction(p.rule.p),
        "has a connection probability outside 0-1",
    ),
    (
        lambda p: (
            not isinstance(p.rule, Topographic)
            or (p.rule.orientation_deg >= 0 and p.rule.field_deg >= 0)
        ),
        "has a width below 0 in its wiring rule",
    ),
    (
        lambda p: not isinstance(p.rule, Gabor) or p.rule.sigma_deg > 0,
        "has a Gabor patch without a width",
    ),
    (
        lambda p: min(p.receptors.values(), default=0.0) >= 0 and p.gain >= 0,
        "has a negative conductance; inhibition is a receptor, not a sign",
    ),
    (
        lambda p: bool(p.receptors) and not set(p.receptors) - set(RECEPTORS),
        f"needs receptors out of {', '.join(RECEPTORS)}",
    ),
    (lambda p: fraction(p.cut_fraction), "has a cut fraction outside 0-1"),
    (lambda p: p.delay_ms > 0, "needs a positive delay"),
    (lambda p: p.weight_cv >= 0 and p.delay_cv >= 0, "has a negative spread of weights or delays"),
)
_STP: Limits[STP] = (
    (
        lambda s: 0 < s.U <= 1 and s.D_ms >= 0 and s.F_ms >= 0,
        "has short-term plasticity out of range (0 < U <= 1, times >= 0)",
    ),
)


def check_population(population: Population) -> None:
    """Refuse a population with numbers that cannot be meant.

    Raises
    ------
    CtloopError
        Naming the population and what is wrong.
    """
    _check(population.name, population, _POPULATION)
    _check(population.name, population.cell, _CELL)
    if not population.spike_source:
        _check(population.name, population.cell, _MEMBRANE)


def check_projection(projection: Projection) -> None:
    """Refuse a projection with numbers that cannot be meant.

    Raises
    ------
    CtloopError
        Naming the projection and what is wrong.
    """
    _check(projection.name, projection, _PROJECTION)
    if projection.stp is not None:
        _check(projection.name, projection.stp, _STP)


def _check(name: str, record: _T, limits: Iterable[tuple[Callable[[_T], bool], str]]) -> None:
    for holds, otherwise in limits:
        if not holds(record):
            msg = f"{name} {otherwise.format(record)}"
            raise CtloopError(msg)
