"""Which populations and projections play which role in a run, and which populations inhibit.

A circuit names its roles itself: figures ask for "the relay cells" and learn from the run that they
are called Pulvinar.TRC. Colours and the order of rows are in `figures.style.palette`; no other file
of `figures` holds a population's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from circuits.runs.run import RunData
from circuits.spec import Circuit
from figures.style import palette

ROLES = "roles"
#: Role -> population or projection, for runs and circuits that were saved without their roles.
DEFAULTS: Mapping[str, str] = MappingProxyType(
    {
        "relay": "Pulvinar.TRC",
        "lgn_relay": "LGN.TC",
        "retina": "Retina.GC",
        "burster": "V1.L5IB",
        "modulator_source": "V2.L6CT",
        "driver": "V1.L5IB -> Pulvinar.TRC",
        "modulator": "V2.L6CT -> Pulvinar.TRC",
    }
)


def roles(run: RunData) -> Mapping[str, str]:
    """Look up which population or projection plays each role in a run.

    Parameters
    ----------
    run : RunData
        Its `meta["spec"]["roles"]` is read.

    Returns
    -------
    mapping of str to str
        For every role of `DEFAULTS` a name, "" for one that the circuit does not have. A run that
        was saved without roles is taken to be the loop through V1, V2 and the pulvinar.
    """
    return _complete((run.meta.get("spec") or {}).get(ROLES))


def roles_of_circuit(circuit: Circuit) -> Mapping[str, str]:
    """Look up which population or projection plays each role in a circuit, see `roles`."""
    return _complete(circuit.graph.get(ROLES))


def _complete(given: Mapping[str, Any] | None) -> Mapping[str, str]:
    if not given:
        return DEFAULTS
    return {role: str(given.get(role) or "") for role in DEFAULTS}


def burst_cells(run: RunData) -> str:
    """Name the class of the cells whose bursts bound the theta cycle, for instance "L5IB"."""
    return palette.cell_class(roles(run)["burster"]) or "burst cells"


def source_of(projection: str) -> str:
    """Give the population a projection comes from: "V1.L5IB" of "V1.L5IB -> Pulvinar.TRC"."""
    return projection.partition("->")[0].strip()


def target_of(projection: str) -> str:
    """Give the population a projection ends on: "Pulvinar.TRC" of "V1.L5IB -> Pulvinar.TRC"."""
    return projection.partition("->")[2].strip()


def inhibitory(run: RunData) -> frozenset[str]:
    """Find the populations of a run that inhibit, by their transmitter.

    Populations that are neither in the run's tables nor in its circuit count as excitatory.
    """
    of_circuit = (run.meta.get("spec") or {}).get("populations") or ()
    transmitter = {str(one["name"]): one.get("transmitter") for one in of_circuit}
    transmitter |= {name: cells.transmitter for name, cells in run.populations.items()}
    return frozenset(name for name, kind in transmitter.items() if kind == "inh")
