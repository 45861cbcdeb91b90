"""The plastic projections of a circuit in Brian2: synapses of their own, beside those that do not learn.

Only the model differs. A circuit in which nothing is plastic has no such synapses and is built,
compiled and run as if this module were not there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits import equations as eq
from circuits.engine import readout
from circuits.engine.built import Built, Wired
from circuits.errors import CtloopError
from circuits.learning.kinase.brian2_text import KinaseCode, kinase_code, lean, made_plastic
from circuits.learning.kinase.synapses import plastic_synapses
from circuits.learning.learnt import factor_of, start_scale, start_weights
from circuits.learning.record import Learning, Weights, learning_of
from circuits.learning.rivals import rival_code
from circuits.machine.brian import b2
from circuits.records import Edges
from circuits.spec import Circuit, projections

#: The objects of plastic synapses that are worth compiling.
COMPILED = ("plastic_pre", "plastic_post", "source_plastic_pre", "source_plastic_post")

#: How what plastic synapses keep is stored (see `circuits.engine.compact.TYPES`).
PLASTIC_TYPES: dict[str, Any] = {
    **dict.fromkeys(("r_kin", "s_kin", "m_kin", "p_kin", "d_kin", "e_kin"), np.float32),
    **dict.fromkeys(("c_look", "m_look", "p_look", "d_look", "e_look"), np.float32),
    **dict.fromkeys(("fresh_kin", "rate_kin", "dw_kin", "q_kin", "f_kin"), np.float32),
    **dict.fromkeys(("w_kin", "t_kin", "learning", "efficacy"), np.float64),
}
#: What a spike of the receiver, or a read-out, does to its synapses, it does without delay.
AT_ONCE = {"post": 0 * b2.ms}

#: Of how many synapses of a projection the calcium and its integrals are held.
TRACED = 50
#: What a synapse that times itself needs to resolve its last read-out.
_STATES = ("r_kin", "s_kin", "m_kin", "p_kin", "d_kin", "t_kin", "fresh_kin", "rate_kin")
#: Order within a step: the read-out (0), the look at the traces, the record.
_LOOK, _RECORD = 1, 2


def learning_synapses(
    source: Any,
    cells: Any,
    learning: Learning,
    label: str,
    types: Mapping[str, Any],
    *,
    looked_at: bool,
) -> Any:
    """Make the synapses of the plastic projections, not yet connected.

    `types` are those of variables; what only a look at the traces needs they have if they are `looked_at`.
    """
    if learning.by_event:
        code = lean(code_of(learning), looked_at=looked_at)
        return readout.synapses(source, cells, code, learning, label, types)
    if learning.rival:
        code = lean(code_of(learning), looked_at=looked_at)
        return _clocked_rival(source, cells, code, learning, label, types)
    return plastic_synapses(
        source,
        cells,
        eq.SYNAPSE,
        eq.ON_SPIKE,
        learning.kinase,
        readout=learning.readout,
        cycle_ms=learning.cycle_ms,
        looked_at=looked_at,
        clock=cells.clock,
        name=label,
        dtype=types,
        delay=AT_ONCE,
    )


def code_of(learning: Learning) -> KinaseCode:
    """Write the rule of a circuit for Brian2."""
    if learning.rival:
        return rival_code(learning)
    # At an event a synapse does what it would do at the end of a cycle.
    readout = "cycle" if learning.by_event else learning.readout
    return kinase_code(learning.kinase, readout, learning.softness)


def _clocked_rival(
    source: Any,
    cells: Any,
    code: KinaseCode,
    learning: Learning,
    label: str,
    types: Mapping[str, Any],
) -> Any:
    model, on_pre, on_post = made_plastic(eq.SYNAPSE, eq.ON_SPIKE, code)
    made = b2.Synapses(
        source, cells, model, on_pre=on_pre, on_post=on_post, clock=cells.clock, name=label,
        dtype=types, delay=AT_ONCE,
    )  # fmt: skip
    clock = b2.Clock(learning.cycle_ms * b2.ms, name=f"{label}_cycle_clock")
    made.run_regularly(code.on_cycle, clock=clock, when="end")
    return made


def start(edges: Mapping[str, Edges]) -> dict[str, Callable[[str], NDArray[np.float64]]]:
    """Let synapses begin at what they have learnt, or at the weights of the spec (see `numbers_of`)."""
    return {"w_kin": lambda name: start_weights(edges[name])}


def start_scales(
    circuit: Circuit, edges: Mapping[str, Edges], where: Mapping[str, slice], n_cells: int
) -> NDArray[np.float64]:
    """Give the factor each cell begins with on what its plastic synapses do; 1 if it learnt none.

    Always all cells, so that a circuit that has learnt compiles nothing new.
    """
    factor = np.ones(n_cells)
    for name, projection in projections(circuit).items():
        scale = start_scale(edges[name])
        known = np.isfinite(scale)
        if projection.target in where:
            factor[where[projection.target].start + edges[name].post[known]] = scale[known]
    return factor


def given_factor(edges: Edges, plastic: bool, circuit: Circuit) -> NDArray[np.float64]:
    """Give what multiplies conductances from the start: all that was learnt, by what learns no more.

    Synapses that learn carry their weights as a state, and their receivers' factors too if the
    circuit scales them.
    """
    scaled = plastic and learning_of(circuit).homeostasis == "scaling"
    factor = factor_of(edges, weight=not plastic, scale=not scaled)
    return np.broadcast_to(factor, edges.pre.shape)


@dataclass(frozen=True)
class _Held:
    """What one set of synapses held at the end, and its samples: times, weights, traces.

    `scale` are the receivers' factors, if the circuit scales them.
    """

    states: dict[str, NDArray[np.float64]]
    times_ms: NDArray[np.float64]
    weights: NDArray[np.float64] | None
    traces: dict[str, NDArray[np.float64]]
    scale: NDArray[np.float64] | None


class Recorder:
    """Keeps the weights of a built circuit while it runs.

    Parameters
    ----------
    built : Built
    learning : Learning
    edges : dict of str to Edges
    every_ms : float
        How often weights and traces are sampled, ms; 0 keeps the final weights alone.
    """

    def __init__(
        self, built: Built, learning: Learning, edges: Mapping[str, Edges], every_ms: float
    ) -> None:
        if every_ms and every_ms < eq.DT_MS:
            msg = f"weights can be sampled every {eq.DT_MS:g} ms at most, not every {every_ms:g} ms"
            raise CtloopError(msg)
        self._code = code_of(learning)
        # The receivers' factors, if the circuit scales them.
        self._scaled_cells = built.cells if learning.homeostasis == "scaling" else None
        self._sets = [wired for wired in built.synapses if wired.plastic]
        self._sizes = {n: edges[n].pre.size for wired in self._sets for n in wired.names}
        self._learning = learning
        self._monitors = [self._watch(built, w, every_ms) for w in self._sets if every_ms]

    def _watch(self, built: Built, wired: Wired, every_ms: float) -> tuple[Any, Any]:
        clock = b2.Clock(every_ms * b2.ms, name=f"{wired.synapses.name}_weights_clock")
        wired.synapses.run_regularly(self._code.on_look, clock=clock, when="end", order=_LOOK)
        place = np.argsort(wired.order)
        few = [place[np.arange(a, min(b, a + TRACED))] for a, b in self._ranges(wired).values()]
        options = {"clock": clock, "when": "end", "order": _RECORD}
        made = (
            b2.StateMonitor(wired.synapses, "w_kin", record=np.arange(place.size), **options),
            b2.StateMonitor(
                wired.synapses,
                list(self._code.looks.values()),
                record=np.concatenate(few),
                **options,
            ),
        )
        built.network.add(*made)
        return made

    def _ranges(self, wired: Wired) -> dict[str, tuple[int, int]]:
        """Where each projection's synapses begin and end, in the order of their edges."""
        ends = np.cumsum([self._sizes[n] for n in wired.names])
        return {
            n: (int(end) - self._sizes[n], int(end))
            for n, end in zip(wired.names, ends, strict=True)
        }

    def collect(self) -> list[_Held]:
        """Read what the engine holds, once it has run."""
        out = []
        for index, wired in enumerate(self._sets):
            held = ("w_kin", *_STATES) if self._code.on_end else ("w_kin",)
            states = {n: np.array(getattr(wired.synapses, n)[:]) for n in held}
            scale = None
            if self._scaled_cells is not None:
                scale = np.asarray(self._scaled_cells.keep_kin[:])[np.asarray(wired.synapses.j[:])]
            if not self._monitors:
                out.append(_Held(states, np.empty(0), None, {}, scale))
                continue
            weights, looks = self._monitors[index]
            named = self._code.looks.items()
            traces = {name: np.asarray(getattr(looks, look)) for name, look in named}
            times_ms = np.asarray(weights.t / b2.ms)
            out.append(_Held(states, times_ms, np.asarray(weights.w_kin), traces, scale))
        return out

    def weights(self, held: list[_Held], end_ms: float) -> dict[str, Weights]:
        """Give what every plastic projection has learnt by the end of the run."""
        out: dict[str, Weights] = {}
        for wired, one in zip(self._sets, held, strict=True):
            final = one.states["w_kin"]
            if self._code.on_end:
                final = settled(one.states, self._code, end_ms)
            final, few_before = _unsorted(final, wired.order), 0
            for name, (begin, end) in self._ranges(wired).items():
                few = min(TRACED, end - begin)
                out[name] = _weights(final, one, wired, slice(begin, end), few_before, few)
                few_before += few
        return out


def settled(
    states: Mapping[str, NDArray[np.float64]], code: KinaseCode, end_ms: float
) -> NDArray[np.float64]:
    """Give the weights after the read-outs that are due at the end of synapses that time themselves.

    The states are put into as many cells and resolved by NumPy, so any engine can have left them.
    """
    group = b2.NeuronGroup(states["w_kin"].size, code.model, dt=eq.DT_MS * b2.ms)
    for name, values in states.items():
        seconds = name == "t_kin"
        group.__setattr__(name, (values - end_ms * 1e-3) * b2.second if seconds else values)
    group.learning = 1.0
    group.run_regularly(code.on_end, dt=eq.DT_MS * b2.ms)
    b2.Network(group).run(eq.DT_MS * b2.ms)
    return np.array(group.w_kin[:])


def trimmed(weights: Weights, size: int) -> Weights:
    """Take the synapses off that only filled a projection up."""
    few = weights.traced < size
    return Weights(
        weights.final[:size],
        weights.times_ms,
        weights.sampled[:, :size],
        weights.traced[few],
        {name: values[:, few] for name, values in weights.traces.items()},
        None if weights.scale is None else weights.scale[:size],
    )


def _weights(
    final: NDArray[np.float64], held: _Held, wired: Wired, part: slice, few_before: int, few: int
) -> Weights:
    """Cut one projection out of a set's records; `few` of its synapses were traced."""
    scale = None if held.scale is None else _unsorted(held.scale, wired.order)[part]
    if held.weights is None:
        none = np.empty((0, final[part].size))
        return Weights(final[part], held.times_ms, none, np.empty(0, dtype=np.int64), {}, scale)
    mine = slice(few_before, few_before + few)
    return Weights(
        final[part],
        held.times_ms,
        _unsorted(held.weights, wired.order)[part].T,
        np.arange(few),
        {name: values[mine].T for name, values in held.traces.items()},
        scale,
    )


def _unsorted(values: NDArray[np.float64], order: NDArray[np.int32]) -> NDArray[np.float64]:
    """Bring what is held by synapse back into the order of the edges."""
    out = np.empty_like(values)
    out[order] = values
    return out
