"""How the plastic projections of a circuit learn, as data of its spec, and what they learnt.

Any projection with `plastic=True` follows the kinase rule (`circuits.kinase`), whatever its receptors
and its short-term plasticity. Which form of the rule and when it is read out is one record for the
whole circuit, kept at `circuit.graph["learning"]`; a circuit without it has the one of `Learning()`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits.errors import CtloopError, UnknownName
from circuits.kinase import THETA_MS, KinaseRule, named_rule

#: The circuit's attribute that holds the record, and its name in "learning.cycle=150ms".
LEARNING = "learning"

#: Read-outs that need nothing of the postsynaptic cell. "dendrite" needs equations of its own in
#: every cell, which the circuit's one equation does not have.
READOUTS = ("cycle", "silence")

_SOURCES: Mapping[str, str] = {
    "rule": "assumed: the form of OReilly2026 that its authors' program runs",
    "readout": "OReilly2026",
    "cycle_ms": "OReilly2026",
    "rate": "assumed: slow enough that no single cycle decides",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """The rule, the read-out and the pace of every plastic projection.

    Attributes
    ----------
    rule : str
        A name of `circuits.kinase.RULES`: "cascade", "parallel" or "cascade-saturating".
    readout : "cycle" or "silence"
        All synapses together at the end of every cycle, or each by itself once it falls silent.
    cycle_ms : float
        Length of a cycle, counted from the start of the simulation, ms, above 0.
    rate : float
        Learning rate, 0 or more; 0 freezes every weight and leaves the rest as it is.

    Raises
    ------
    CtloopError
        For a rule, read-out, cycle or rate that cannot be.
    """

    rule: str = "cascade"
    readout: str = "cycle"
    cycle_ms: float = THETA_MS
    rate: float = 0.05
    sources: Mapping[str, str] = field(default_factory=lambda: _SOURCES)

    def __post_init__(self) -> None:
        named_rule(self.rule)
        if self.readout == "dendrite":
            msg = (
                'the read-out "dendrite" needs cells with a dendrite, which a circuit has not; '
                'use "cycle" or "silence"'
            )
            raise CtloopError(msg)
        if self.readout not in READOUTS:
            raise UnknownName("read-out", self.readout, READOUTS)
        if not self.cycle_ms > 0 or not self.rate >= 0:
            msg = (
                "learning needs a cycle longer than 0 ms and a rate of 0 or more, not "
                f"{self.cycle_ms:g} ms and {self.rate:g}"
            )
            raise CtloopError(msg)

    @property
    def kinase(self) -> KinaseRule:
        """The constants of the rule, at this learning rate."""
        return replace(named_rule(self.rule), rate=self.rate)


def learning_of(circuit: Any) -> Learning:
    """Give the learning of a circuit: its own record, or the default."""
    found: Learning = circuit.graph.get(LEARNING) or Learning()
    return found


@dataclass(frozen=True, slots=True)
class Weights:
    """What one plastic projection learnt; synapses in the order of its `Edges`.

    Attributes
    ----------
    final : array (synapses,)
        Linear weights at the end, 0-1. All start at 0.5, where a synapse has the conductance of the
        spec; `circuits.kinase.contrast` gives the factor on it, 0-2.
    times_ms : array (k,)
        When they were sampled, ms.
    sampled : array (k, synapses)
        The linear weights at these times.
    traced : array (m,)
        Indices of the synapses whose traces were kept.
    traces : dict of str to array (k, m)
        "calcium", "cam", "fast" (CaMKII) and "slow" (DAPK1), dimensionless.
    """

    final: NDArray[np.float64]
    times_ms: NDArray[np.float64]
    sampled: NDArray[np.float64]
    traced: NDArray[np.int64]
    traces: dict[str, NDArray[np.float64]]
