"""The plastic projections of a circuit in Brian2: synapses of their own, beside those that do not learn.

Only the model differs. A circuit in which nothing is plastic has no such synapses and is built,
compiled and run as if this module were not there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import brian2 as b2
import numpy as np
from numpy.typing import NDArray

from circuits import equations as eq
from circuits.errors import CtloopError
from circuits.kinase_brian2 import plastic_synapses, start_learning
from circuits.kinase_code import kinase_code
from circuits.learning import Learning, Weights
from circuits.records import Edges

if TYPE_CHECKING:
    from circuits.build import Built, Wired

#: The objects of plastic synapses that are worth compiling.
COMPILED = ("plastic_pre", "plastic_post", "source_plastic_pre", "source_plastic_post")

#: Of how many synapses of a projection the calcium and its integrals are kept.
TRACED = 50
_TRACES = {"calcium": "c_look", "cam": "m_look", "fast": "p_look", "slow": "d_look"}
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
    return plastic_synapses(
        source,
        cells,
        eq.SYNAPSE,
        eq.ON_SPIKE,
        learning.kinase,
        readout=learning.readout,
        cycle_ms=learning.cycle_ms,
        clock=cells.clock,
        name=label,
    )


def start(synapses: Any, learning: Learning) -> None:
    """Let connected synapses begin at the weights of the spec."""
    start_learning(synapses, learning.kinase)


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
        self._code = kinase_code(learning.kinase, learning.readout)
        self._sets = [wired for wired in built.synapses if wired.plastic]
        self._sizes = {n: edges[n].pre.size for wired in self._sets for n in wired.names}
        self._monitors = [self._watch(built, w, every_ms) for w in self._sets if every_ms]

    def _watch(self, built: Built, wired: Wired, every_ms: float) -> tuple[Any, Any]:
        clock = b2.Clock(every_ms * b2.ms, name=f"{wired.synapses.name}_weights_clock")
        wired.synapses.run_regularly(self._code.on_look, clock=clock, when="end", order=_LOOK)
        place = np.argsort(wired.order)
        few = [place[np.arange(a, min(b, a + TRACED))] for a, b in self._ranges(wired).values()]
        options = {"clock": clock, "when": "end", "order": _RECORD}
        made = (
            b2.StateMonitor(wired.synapses, "w_kin", record=True, **options),
            b2.StateMonitor(
                wired.synapses, list(_TRACES.values()), record=np.concatenate(few), **options
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
                out[name] = _weights(final, kept, wired, slice(begin, end), few_before, few)
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
        {name: np.asarray(getattr(looks, look))[mine].T for name, look in _TRACES.items()},
    )


def _unsorted(values: NDArray[np.float64], order: NDArray[np.intp]) -> NDArray[np.float64]:
    """Bring what is kept by synapse back into the order of the edges."""
    out = np.empty_like(values)
    out[order] = values
    return out
