"""The plastic projections of a circuit in Brian2: synapses of their own, beside those that do not learn.

Only the model differs. A circuit in which nothing is plastic has no such synapses and is built,
compiled and run as if this module were not there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import brian2 as b2
import numpy as np
from numpy.typing import NDArray

from circuits import build_commit
from circuits import equations as eq
from circuits.errors import CtloopError
from circuits.kinase_brian2 import plastic_synapses, start_learning
from circuits.kinase_code import KinaseCode, kinase_code, made_plastic
from circuits.learning import Learning, Weights, learning_of
from circuits.learnt import factor_of, start_scale, start_weights
from circuits.records import Edges
from circuits.rival_code import rival_code

if TYPE_CHECKING:
    from circuits.build import Built, Wired
    from circuits.spec import Circuit

#: The objects of plastic synapses that are worth compiling.
COMPILED = ("plastic_pre", "plastic_post", "source_plastic_pre", "source_plastic_post")

#: Of how many synapses of a projection the calcium and its integrals are kept.
TRACED = 50
#: Order within a step: the read-out (0), the look at the traces, the record.
_LOOK, _RECORD = 1, 2


def apart(
    names: list[str], plastic: Collection[str], prefix: str
) -> Iterator[tuple[list[str], str, bool]]:
    """Part projections into those that stay and those that learn: names, label, whether plastic."""
    yield [n for n in names if n not in plastic], f"{prefix}synapses", False
    yield [n for n in names if n in plastic], f"{prefix}plastic", True


def learning_synapses(source: Any, cells: Any, learning: Learning, label: str) -> Any:
    """Make the synapses of the plastic projections, not yet connected."""
    if learning.by_event:
        return build_commit.synapses(source, cells, code_of(learning), learning, label)
    if learning.rival:
        return _clocked_rival(source, cells, learning, label)
    return plastic_synapses(
        source,
        cells,
        eq.SYNAPSE,
        eq.ON_SPIKE,
        learning.kinase,
        readout=learning.readout,
        cycle_ms=learning.cycle_ms,
        dt=eq.DT_MS * b2.ms,
        name=label,
    )


def code_of(learning: Learning) -> KinaseCode:
    """Write the rule of a circuit for Brian2."""
    if learning.rival:
        return rival_code(learning.rule)
    # At an event a synapse does what it would do at the end of a cycle.
    return kinase_code(learning.kinase, "cycle" if learning.by_event else learning.readout)


def _clocked_rival(source: Any, cells: Any, learning: Learning, label: str) -> Any:
    code = code_of(learning)
    model, on_pre, on_post = made_plastic(eq.SYNAPSE, eq.ON_SPIKE, code)
    made = b2.Synapses(
        source, cells, model, on_pre=on_pre, on_post=on_post, dt=eq.DT_MS * b2.ms, name=label
    )
    made.run_regularly(code.on_cycle, dt=learning.cycle_ms * b2.ms, when="end")
    return made


def start(
    synapses: Any,
    cells: Any,
    learning: Learning,
    edges: list[Edges],
    post: NDArray[np.int64],
    order: NDArray[np.intp],
) -> None:
    """Let connected synapses begin at what they have learnt, or at the weights of the spec.

    `edges` and the receivers `post` are in the order of the projections, `order` is that of the set.
    """
    start_learning(
        synapses, learning.kinase, np.concatenate([start_weights(e) for e in edges])[order]
    )
    if learning.homeostasis == "scaling":
        scale = np.concatenate([start_scale(e) for e in edges])
        cells.keep_kin[post[np.isfinite(scale)]] = scale[np.isfinite(scale)]


def given_factor(edges: Edges, plastic: bool, circuit: Circuit) -> NDArray[np.float64]:
    """Give what multiplies conductances from the start: all that was learnt, by what learns no more.

    Synapses that learn carry their weights as a state, and their receivers' factors too if the
    circuit scales them.
    """
    scaled = plastic and learning_of(circuit).homeostasis == "scaling"
    factor = factor_of(edges, weight=not plastic, scale=not scaled)
    return np.broadcast_to(factor, edges.pre.shape)


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
        self._keep = built.cells if learning.homeostasis == "scaling" else None
        self._sets = [wired for wired in built.synapses if wired.plastic]
        self._sizes = {n: edges[n].pre.size for wired in self._sets for n in wired.names}
        self._monitors = [self._watch(built, w, every_ms) for w in self._sets if every_ms]

    def _watch(self, built: Built, wired: Wired, every_ms: float) -> tuple[Any, Any]:
        dt = every_ms * b2.ms
        wired.synapses.run_regularly(self._code.on_look, dt=dt, when="end", order=_LOOK)
        place = np.argsort(wired.order)
        few = [place[np.arange(a, min(b, a + TRACED))] for a, b in self._ranges(wired).values()]
        options = {"dt": dt, "when": "end", "order": _RECORD}
        made = (
            b2.StateMonitor(wired.synapses, "w_kin", record=True, **options),
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

    def weights(self) -> dict[str, Weights]:
        """Give what every plastic projection has learnt by now."""
        out: dict[str, Weights] = {}
        for index, wired in enumerate(self._sets):
            self._settle(wired)
            final = _unsorted(np.asarray(wired.synapses.w_kin[:]), wired.order)
            kept = self._monitors[index] if self._monitors else None
            few_before = 0
            for name, (begin, end) in self._ranges(wired).items():
                few = min(TRACED, end - begin)
                part = slice(begin, end)
                out[name] = _weights(final, kept, wired, part, few_before, few, self._code.looks)
                if self._keep is not None:
                    receivers = _unsorted(np.asarray(wired.synapses.j[:]), wired.order)[part]
                    keep = np.asarray(self._keep.keep_kin[:])[receivers.astype(int)]
                    out[name] = replace(out[name], scale=keep)
                few_before += few
        return out

    def _settle(self, wired: Wired) -> None:
        """Let synapses that time themselves do the read-out that is due at the end."""
        if not self._code.on_end:
            return
        end = wired.synapses.run_regularly(self._code.on_end, when="end")
        end.before_run({})
        end.run()


def _weights(
    final: NDArray[np.float64],
    kept: tuple[Any, Any] | None,
    wired: Wired,
    part: slice,
    few_before: int,
    few: int,
    named: Mapping[str, str],
) -> Weights:
    """Cut one projection out of a set's records; `few` of its synapses were traced."""
    if kept is None:
        none = np.empty(0)
        return Weights(
            final[part], none, np.empty((0, final[part].size)), np.empty(0, dtype=np.int64), {}
        )
    all_weights, looks = kept
    mine = slice(few_before, few_before + few)
    return Weights(
        final[part],
        np.asarray(all_weights.t / b2.ms),
        _unsorted(np.asarray(all_weights.w_kin), wired.order)[part].T,
        np.arange(few),
        {name: np.asarray(getattr(looks, look))[mine].T for name, look in named.items()},
    )


def _unsorted(values: NDArray[np.float64], order: NDArray[np.intp]) -> NDArray[np.float64]:
    """Bring what is kept by synapse back into the order of the edges."""
    out = np.empty_like(values)
    out[order] = values
    return out
