"""What the synapses of a projection would change by at given read-outs, and the weights that follow.

`differences` has no bound, no rate and no homeostasis in it, so rules can be compared; `zero_sum` is the
homeostasis of the same name, and `weights_after` puts all together as the circuit does.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from circuits.errors import CtloopError
from circuits.learning.kinase.exact import Exact
from circuits.learning.kinase.rule import Floats, KinaseRule, bounded
from circuits.learning.kinase.trains import states_at
from circuits.learning.record import Learning
from circuits.learning.replay.product_rules import Traces, collected
from circuits.learning.replay.synapse_trains import arrivals
from circuits.records import Edges

#: Synapses worked on at a time: their states fit the cache.
CHUNK = 4096

#: (sender's spikes, receiver's spikes, read-outs) -> a row a synapse, a column a read-out.
Rule = Callable[[Floats, Floats, Floats], Floats]


def kinase(rule: KinaseRule) -> Rule:
    """Give the kinase rule as a function of spikes: fast_scale * P - D at each read-out."""

    def at(pre_ms: Floats, post_ms: Floats, read_ms: Floats) -> Floats:
        return Exact(rule).difference(states_at(rule, pre_ms, post_ms, read_ms[None, :]))

    return at


def product_rule(name: str, traces: Traces) -> Rule:
    """Give a rule of two traces as a function of spikes: what it collected since the last read-out."""

    def at(pre_ms: Floats, post_ms: Floats, read_ms: Floats) -> Floats:
        return np.diff(collected(name, traces, pre_ms, post_ms, read_ms), axis=1, prepend=0.0)

    return at


def delta(traces: Traces, windows_ms: Floats) -> Rule:
    """Give the plain delta rule on the traces: mean product in the outcome less that in the prediction.

    It is the most that a rule of these traces can know of the error.

    Parameters
    ----------
    traces : Traces
    windows_ms : array (cycles, 3)
        When the prediction begins, when the outcome begins and when it ends; NaN where nothing is learnt.

    Returns
    -------
    callable
        With a column a cycle, whatever the read-outs.
    """
    known = np.isfinite(windows_ms).all(axis=1)
    start, burst, read = windows_ms[known].T
    times = np.unique(windows_ms[known])
    a, b, c = (np.searchsorted(times, t) for t in (start, burst, read))

    def at(pre_ms: Floats, post_ms: Floats, _: Floats) -> Floats:
        out = np.zeros((len(pre_ms), known.size))
        total = collected("product", traces, pre_ms, post_ms, times)
        outcome = (total[:, c] - total[:, b]) / (read - burst)
        out[:, known] = outcome - (total[:, b] - total[:, a]) / (burst - start)
        return out

    return at


def differences(
    rule: Rule,
    edges: Edges,
    sender: Floats,
    receiver: Floats,
    read_ms: Floats,
    some: NDArray[np.int64] | None = None,
) -> Floats:
    """Work out what a rule says at each read-out, for all synapses or for some.

    Parameters
    ----------
    rule : callable
    edges : Edges
    sender, receiver : array (cells, spikes)
        See `circuits.learning.replay.synapse_trains.trains_of`.
    read_ms : array (reads,)
    some : array (k,), optional
        Which synapses; all by default.

    Returns
    -------
    array (synapses, reads)
    """
    which = np.arange(edges.pre.size) if some is None else some
    parts = [which[begin : begin + CHUNK] for begin in range(0, which.size, CHUNK)]
    return np.concatenate(
        [rule(*arrivals(edges, sender, receiver, part), read_ms) for part in parts]
    )


def zero_sum(change: Floats, post: NDArray[np.int64] | NDArray[np.int32]) -> Floats:
    """Take from each synapse the mean change of its receiver's synapses, at each read-out.

    Parameters
    ----------
    change : array (synapses, reads) or (synapses,)
    post : array (synapses,)
        The receivers.
    """
    order = np.argsort(post, kind="stable")
    first = np.flatnonzero(np.diff(post[order], prepend=-1))
    many = np.diff(np.append(first, post.size))
    mean = np.add.reduceat(change[order], first, axis=0) / (
        many if change.ndim == 1 else many[:, None]
    )
    out = np.empty_like(change)
    out[order] = change[order] - np.repeat(mean, many, axis=0)
    return out


def weights_after(
    learning: Learning, change: Floats, post: NDArray[np.int64] | NDArray[np.int32], start: Floats
) -> Floats:
    """Give the linear weights that read-outs leave, with the rate, the bound and the homeostasis.

    Parameters
    ----------
    learning : Learning
        With the homeostasis "none" or "zero-sum".
    change : array (synapses, reads)
        See `differences`.
    post : array (synapses,)
    start : array (synapses,)
        Linear weights before, 0-1.

    Raises
    ------
    CtloopError
        For the homeostasis "scaling".
    """
    if learning.homeostasis == "scaling":
        msg = "the homeostasis scaling cannot be replayed; use none or zero-sum"
        raise CtloopError(msg)
    weight = start.copy()
    receivers = int(post.max()) + 1
    for one in change.T:
        moved = bounded(learning.rate, one, weight, learning.softness) - weight
        if learning.homeostasis == "zero-sum":
            many = np.maximum(np.bincount(post, moved != 0, receivers), 1)
            mean = np.bincount(post, moved, receivers) / many
            moved -= learning.submean * (moved != 0) * mean[post]
        weight = np.clip(weight + moved, 0.0, 1.0)
    return weight
