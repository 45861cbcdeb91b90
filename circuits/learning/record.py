"""How the plastic projections of a circuit learn, as data of its spec, and what they learnt.

Any projection with `plastic=True` follows the rule of the circuit, whatever its receptors and its
short-term plasticity: the kinase rule (`circuits.learning.kinase.rule`), or one of the rules it is compared with
(`circuits.learning.rivals`). Which rule, when it is read out and what keeps the weights in bounds is one
record for the whole circuit, kept at `circuit.graph["learning"]`; a circuit without it has the one
of `Learning()`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits.errors import CtloopError, UnknownName
from circuits.learning.kinase.rule import OUTCOME_MS, RULES, THETA_MS, KinaseRule, named_rule
from circuits.learning.replay.product_rules import Traces

#: The circuit's attribute that holds the record, and its name in "learning.cycle=150ms".
LEARNING = "learning"

#: Read-outs that need nothing of the postsynaptic cell. "dendrite" needs equations of its own in
#: every cell, which the circuit's one equation does not have.
READOUTS = ("cycle", "silence", "burst")
#: Rules on the same synapses that are no kinase rule: the controls.
RIVALS = ("hebb", "bcm", "stdp", "delta")
#: What keeps a receiver's weights in bounds.
HOMEOSTASIS = ("none", "zero-sum", "scaling")
#: The fields of the record that are words.
WORDS = ("rule", "readout", "burst_source", "homeostasis")

_OWN = "assumed: the burst read-out is ours; from the burst's peak to 55 ms after it learns"
_SOURCES: Mapping[str, str] = {
    "rule": "assumed: the form of OReilly2026 that its authors' program runs",
    "readout": "OReilly2026",
    "cycle_ms": "OReilly2026",
    "rate": "assumed: slow enough that no single cycle decides",
    "pre_ms": "assumed: 30 ms is Axon's; 100 ms is how slow NMDA is there",
    "phase_ms": "assumed: 50 ms, the outcome for which Axon states its constants",
    "fast_scale": "assumed: 1 is the plain difference; Axon has .95 in deep networks",
    "softness": "assumed: 1, the soft bound of Axon",
    "burst_source": "OReilly2026",
    "burst_tau_ms": _OWN,
    "burst_arm": _OWN,
    "burst_fall": _OWN,
    "burst_delay_ms": _OWN,
    "from_ms": "assumed: from the start",
    "sender_hz": "assumed: a mean rate of cortex",
    "receiver_hz": "assumed: a mean rate of cortex",
    "predicts_after_ms": "assumed: by then relay cells no longer show the last outcome",
    "homeostasis": "assumed: none unless asked for",
    "submean": "assumed: all of the mean is taken away, as Axon does in its largest model",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """The rule, the read-out and the pace of every plastic projection.

    Attributes
    ----------
    rule : str
        A name of `circuits.learning.kinase.rule.RULES`: "cascade", "parallel" or "cascade-saturating"; or of
        `RIVALS`: "hebb", "bcm", "stdp", "delta".
    readout : "cycle", "silence" or "burst"
        All synapses together at the end of every cycle; each by itself once it falls silent; or all
        together when the population burst of `burst_source` is over, with no clock (the local sign
        that an outcome has come and gone).
    cycle_ms : float
        Length of a cycle of the read-out "cycle", from the start of the simulation, ms, above 0.
    rate : float
        Learning rate, 0 or more; 0 freezes every weight and leaves the rest as it is.
    pre_ms : float
        Decay of the sender's trace in every rule, ms, above 0: 30 as in Axon, or as slow as the NMDA
        receptors that hold its glutamate (100 in Axon's dendrites).
    phase_ms : float
        How long an outcome lasts, ms, above 0. All time constants of the rule but the sender's trace are
        scaled with it, from the 50 ms for which Axon states them (a quarter of its cycle); the trace of
        the receiver in the rivals too.
    fast_scale : float
        Weight of the fast integral in the difference of the kinase rule, above 0 (Axon's CaPScale). Below
        1 an outcome has to be so much stronger than its prediction to strengthen. Rivals have none.
    softness : float
        Of the bound of the weights, 0-1: 1 is Axon's soft bound, by which a change fades in proportion as
        the weight nears 0 or 1; 0 a hard one, by which it does not (`circuits.learning.kinase.rule.room`).
    burst_source : str
        Population whose burst times the read-out "burst"; "" where there is none.
    burst_tau_ms : float
        Decay of the burst's trace, ms, above 0. A spike of one cell adds 1 over the number of cells.
    burst_arm : float
        Trace (spikes per cell) above which a burst is one, above 0. After a read-out the trace has to
        fall below it before another burst counts.
    burst_fall : float
        The read-out is due when the trace has fallen to this fraction of its peak, 0-1.
    burst_delay_ms : float
        It comes this long after that, ms, 0 or more.
    from_ms : float
        No common read-out before this time of a simulation, ms (the circuit settles first).
    sender_hz, receiver_hz : float
        Mean rates, spikes/s, above 0: where the thresholds of the rivals lie (`Traces.theta`).
    predicts_after_ms : float
        Rival "delta": its prediction begins this long after a read-out, ms, above 0, and ends where the
        next burst is armed.
    homeostasis : "none", "zero-sum" or "scaling"
        What keeps a receiver's weights in bounds, at every read-out. "zero-sum": the mean change of
        its plastic synapses is taken from each (Axon's SubMean; soft bound first). "scaling": all
        its plastic synapses are multiplied by one factor, so that their summed conductance stays
        what the spec gives (Turrigiano 1998; the normalisation of von der Malsburg 1973). Neither
        goes with the read-out "silence", where synapses are not read together.
    submean : float
        Share of the mean that "zero-sum" takes away, 0-1.

    Raises
    ------
    CtloopError
        For a rule, read-out, cycle, rate, trace, scale or homeostasis that cannot be.
    """

    rule: str = "cascade"
    readout: str = "cycle"
    cycle_ms: float = THETA_MS
    rate: float = 0.05
    pre_ms: float = KinaseRule.tau_pre_ms
    phase_ms: float = OUTCOME_MS
    fast_scale: float = KinaseRule.fast_scale
    softness: float = 1.0
    burst_source: str = ""
    burst_tau_ms: float = 20.0
    burst_arm: float = 0.2
    burst_fall: float = 0.5
    burst_delay_ms: float = 0.0
    from_ms: float = 0.0
    sender_hz: float = 15.0
    receiver_hz: float = 15.0
    predicts_after_ms: float = 40.0
    homeostasis: str = "none"
    submean: float = 1.0
    sources: Mapping[str, str] = field(default_factory=lambda: _SOURCES)

    def __post_init__(self) -> None:
        if self.rule not in RULES and self.rule not in RIVALS:
            raise UnknownName("rule", self.rule, [*RULES, *RIVALS])
        if self.readout == "dendrite":
            msg = (
                'the read-out "dendrite" needs cells with a dendrite, which a circuit has not; '
                'use "cycle", "silence" or "burst"'
            )
            raise CtloopError(msg)
        if self.readout not in READOUTS:
            raise UnknownName("read-out", self.readout, READOUTS)
        if self.homeostasis not in HOMEOSTASIS:
            raise UnknownName("homeostasis", self.homeostasis, HOMEOSTASIS)
        if not (self.cycle_ms > 0 and self.rate >= 0 and self.pre_ms > 0 and self.fast_scale > 0):
            msg = (
                "learning needs a cycle and a sender's trace longer than 0 ms, a rate of 0 or more and a "
                f"fast_scale above 0, not {self.cycle_ms:g} ms, {self.pre_ms:g} ms, {self.rate:g} and "
                f"{self.fast_scale:g}"
            )
            raise CtloopError(msg)
        if not 0 <= self.softness <= 1:
            msg = (
                f"learning needs a softness from 0 (hard bound) to 1 (soft), not {self.softness:g}"
            )
            raise CtloopError(msg)
        self._check_burst()
        self._check_rival()
        if self.readout == "silence" and (self.by_event or self.rule in RIVALS):
            why = "homeostasis or a start" if self.by_event else f"the rule {self.rule}"
            msg = f'the read-out "silence" does not go with {why}; use "burst" or "cycle"'
            raise CtloopError(msg)

    def _check_burst(self) -> None:
        timed = self.burst_tau_ms > 0 and self.burst_arm > 0 and self.burst_delay_ms >= 0
        if not (timed and 0 < self.burst_fall < 1 and 0 <= self.submean <= 1):
            msg = (
                "learning needs burst_tau and burst_arm above 0, burst_delay of 0 or more, burst_fall "
                "between 0 and 1 and submean from 0 to 1"
            )
            raise CtloopError(msg)

    def _check_rival(self) -> None:
        if not self.phase_ms > 0:
            msg = f"learning needs an outcome (phase) longer than 0 ms, not {self.phase_ms:g} ms"
            raise CtloopError(msg)
        if not (self.sender_hz > 0 and self.receiver_hz > 0 and self.predicts_after_ms > 0):
            msg = "learning needs sender_hz, receiver_hz and predicts_after above 0"
            raise CtloopError(msg)
        if self.rule == "delta" and self.readout != "burst":
            msg = (
                "the rule delta takes the outcome from a burst to its read-out; set "
                "learning.readout=burst and learning.burst_source"
            )
            raise CtloopError(msg)

    @property
    def kinase(self) -> KinaseRule:
        """The constants of the rule, at this learning rate; a rival has those of the default."""
        rule = named_rule("cascade" if self.rival else self.rule)
        rule = rule.scaled(self.phase_ms / OUTCOME_MS * THETA_MS)
        return replace(rule, rate=self.rate, tau_pre_ms=self.pre_ms, fast_scale=self.fast_scale)

    @property
    def rival(self) -> bool:
        """Whether the rule is one of the controls."""
        return self.rule in RIVALS

    @property
    def traces(self) -> Traces:
        """What a rival has in common with the kinase rule, the two traces, and its thresholds."""
        own = self.kinase
        return Traces(
            pre_ms=own.tau_pre_ms,
            post_ms=own.tau_post_ms,
            pre_hz=self.sender_hz,
            post_hz=self.receiver_hz,
        )

    @property
    def phased(self) -> bool:
        """Whether the rule is told where the prediction and the outcome begin."""
        return self.rule == "delta"

    @property
    def by_event(self) -> bool:
        """Whether the read-out is an event of the cells, not a clock's or the synapse's own."""
        return self.readout == "burst" or self.homeostasis != "none" or self.from_ms > 0


def learning_of(circuit: Any) -> Learning:
    """Give the learning of a circuit: its own record, or the default."""
    learning: Learning = circuit.graph.get(LEARNING) or Learning()
    return learning


@dataclass(frozen=True, slots=True)
class Weights:
    """What one plastic projection learnt; synapses in the order of its `Edges`.

    Attributes
    ----------
    final : array (synapses,)
        Linear weights at the end, 0-1. All start at 0.5, where a synapse has the conductance of the
        spec; `circuits.learning.kinase.rule.contrast` gives the factor on it, 0-2.
    times_ms : array (k,)
        When they were sampled, ms.
    sampled : array (k, synapses)
        The linear weights at these times.
    traced : array (m,)
        Indices of the synapses whose traces were kept.
    traces : dict of str to array (k, m)
        "calcium", "cam", "fast" (CaMKII) and "slow" (DAPK1), dimensionless; of a rival rule
        "eligibility", what it would add at a read-out.
    scale : array (synapses,), optional
        The receiver's factor on each conductance, with the homeostasis "scaling".
    """

    final: NDArray[np.float64]
    times_ms: NDArray[np.float64]
    sampled: NDArray[np.float64]
    traced: NDArray[np.int64]
    traces: dict[str, NDArray[np.float64]]
    scale: NDArray[np.float64] | None = None
