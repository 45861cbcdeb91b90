"""What of a circuit NEST has no exact counterpart of, by name, and what may stand in for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from circuits.equations import RECEPTORS
from circuits.errors import CtloopError
from circuits.spec import WINDOWED_LESIONS, Circuit, populations, projections, set_parameter

#: Receptors of the cell model that is exact, `aeif_cond_exp`.
EXACT_RECEPTORS = 2
#: Rise of a conductance that stands in for a jump, ms: `aeif_cond_beta_multisynapse` has no jump.
RISE_MS = 0.01
#: How many populations or projections a message names for each thing; it counts the others.
SHOWN = 4


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that NEST has no exact counterpart of.

    Attributes
    ----------
    what : str
        In the field's words.
    where : tuple of str
        The populations or projections that have it.
    stand_in : str
        What may take its place; "" where nothing may.
    """

    what: str
    where: tuple[str, ...]
    stand_in: str = ""

    def __str__(self) -> str:
        shown, more = self.where[:SHOWN], len(self.where) - SHOWN
        rest = f" and {more} more" if more > 0 else ""
        return f"{self.what} ({', '.join(shown)}{rest})"


def receptors_onto(circuit: Circuit) -> dict[str, tuple[str, ...]]:
    """Give the receptors through which each simulated population is reached, in the order of `RECEPTORS`."""
    found: dict[str, set[str]] = {
        n: set() for n, p in populations(circuit).items() if not p.spike_source
    }
    for projection in projections(circuit).values():
        found[projection.target] |= {
            name for name, g in projection.receptors.items() if g * projection.gain > 0
        }
    return {n: tuple(r for r in RECEPTORS if r in have) for n, have in found.items()}


def missing(circuit: Circuit) -> list[Missing]:
    """List what of a circuit NEST has no exact counterpart of; nothing if all of it has one."""
    cells = {n: p for n, p in populations(circuit).items() if not p.spike_source}
    fibres = projections(circuit)
    crowded = {n for n, have in receptors_onto(circuit).items() if len(have) > EXACT_RECEPTORS}
    found = [
        Missing("T-current", _names(cells, lambda n: cells[n].cell.gT_ns > 0), "no T-current"),
        Missing(
            "magnesium block of NMDA",
            _names(fibres, lambda n: fibres[n].receptors.get("NMDA", 0.0) * fibres[n].gain > 0),
            "the share of channels that is free at the receiver's threshold VT, at any potential",
        ),
        Missing(
            f"conductances of more than {EXACT_RECEPTORS} receptors that jump",
            _names(cells, lambda n: n in crowded),
            f"conductances that rise with {RISE_MS:g} ms (aeif_cond_beta_multisynapse)",
        ),
        Missing("plastic synapses", _names(fibres, lambda n: fibres[n].plastic)),
        Missing("surrogates", _names(fibres, lambda n: bool(fibres[n].surrogate))),
        Missing("lesions with a window in time", tuple(circuit.graph.get(WINDOWED_LESIONS, ()))),
    ]
    return [one for one in found if one.where]


def _names(known: Iterable[str], has: Callable[[str], bool]) -> tuple[str, ...]:
    return tuple(n for n in known if has(n))


def replaced(circuit: Circuit, counterparts: bool) -> list[str]:
    """Refuse what has no exact counterpart, or say what stands in for it.

    Parameters
    ----------
    circuit : networkx.MultiDiGraph
    counterparts : bool
        Whether stand-ins may be taken.

    Returns
    -------
    list of str
        One line for everything that is replaced.

    Raises
    ------
    CtloopError
        Naming all that is refused and where it is.
    """
    lacking = missing(circuit)
    refused = [one for one in lacking if not (counterparts and one.stand_in)]
    if refused:
        msg = f"NEST has no exact counterpart of: {'; '.join(map(str, refused))}"
        stand_ins = [f"{one.what}: {one.stand_in}" for one in refused if one.stand_in]
        if stand_ins:
            msg += f". --counterparts takes instead of {'; of '.join(stand_ins)}"
        raise CtloopError(msg)
    return [f"{one}: {one.stand_in}" for one in lacking]


def without_t_current(circuit: Circuit) -> Circuit:
    """Give the circuit without the T-current that NEST lacks, so that both simulators lack it."""
    changed = circuit
    for name, population in populations(circuit).items():
        if population.cell.gT_ns > 0:
            changed = set_parameter(changed, f"{name}.gT=0")
    return changed
