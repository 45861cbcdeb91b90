"""Run kinase synapses over given spike trains and read them out.

Trains are float64 arrays (synapses, spikes), ms, in any order, padded with inf: rows may differ in
number. One pass handles thousands of synapses; its cost is the number of spikes, not of time steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from circuits.learning.kinase.exact import Exact, State
from circuits.learning.kinase.rule import Floats, KinaseRule

#: Kinds of event in the order in which simultaneous ones happen: spikes first, then looks at the result.
PRE, POST, FALL, READ = 0, 1, 2, 3


def in_order(*groups: tuple[int, Floats]) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Put all events of each row in order of time; columns beyond the last finite one are dropped."""
    times = np.concatenate([np.atleast_2d(t) for _, t in groups], axis=1)
    width = [np.full(np.atleast_2d(t).shape[1], kind) for kind, t in groups]
    kinds = np.broadcast_to(np.concatenate(width), times.shape)
    order = np.lexsort((kinds, times), axis=1)
    times = np.take_along_axis(times, order, axis=1)
    kinds = np.take_along_axis(kinds, order, axis=1)
    used = int(np.isfinite(times).any(axis=0).sum())
    return times[:, :used], kinds[:, :used].astype(np.int64)


def _steps(
    exact: Exact, times: Floats, kinds: npt.NDArray[np.int64]
) -> Iterator[tuple[int, npt.NDArray[np.bool_], State, Floats, State]]:
    """For each event: column, rows that have one, state and time at the last spike, state now."""
    rows = times.shape[0]
    state, last = State.rest((rows,)), np.zeros(rows)
    for j in range(times.shape[1]):
        live = np.isfinite(times[:, j])
        now = np.where(live, times[:, j], last)
        reached = exact.after(state, now - last)
        yield j, live, state, last, reached
        pre = np.where(live & (kinds[:, j] == PRE), 1.0, 0.0)
        post = np.where(live & (kinds[:, j] == POST), 1.0, 0.0)
        spike = (pre + post) > 0
        jumped = exact.spiked(reached, pre, post)
        state = State(
            *(
                np.where(spike, getattr(jumped, f.name), getattr(state, f.name))
                for f in fields(State)
            )
        )
        last = np.where(spike, now, last)


def states_at(rule: KinaseRule, pre_ms: Floats, post_ms: Floats, read_ms: Floats) -> State:
    """States of the synapses at given times, exact (a spike at a read time counts before it).

    Parameters
    ----------
    rule : KinaseRule
    pre_ms, post_ms : array (synapses, spikes)
        Spike times, ms, 0 or more, padded with inf.
    read_ms : array (reads,) or (synapses, reads)
        Times to look, ms; finite, increasing within each row.

    Returns
    -------
    State
        Arrays of shape (synapses, reads).
    """
    rows = max(np.atleast_2d(pre_ms).shape[0], np.atleast_2d(post_ms).shape[0])
    reads = np.broadcast_to(np.atleast_2d(read_ms), (rows, np.atleast_2d(read_ms).shape[1]))
    times, kinds = in_order((PRE, pre_ms), (POST, post_ms), (READ, reads))
    out = State.rest(reads.shape)
    seen = np.zeros(rows, dtype=np.int64)
    for j, live, _, _, reached in _steps(Exact(rule), times, kinds):
        here = np.nonzero(live & (kinds[:, j] == READ))[0]
        for field in fields(State):
            getattr(out, field.name)[here, seen[here]] = getattr(reached, field.name)[here]
        seen[here] += 1
    return out


@dataclass(frozen=True)
class Commits:
    """What self-timed synapses committed: (synapses, commits), padded with NaN.

    `fast` and `slow` are P and D as latched, `difference` is fast_scale * P - D, `read_ms` the time
    they are the values of, `time_ms` when the condition for committing was met.
    """

    difference: Floats
    fast: Floats
    slow: Floats
    read_ms: Floats
    time_ms: Floats


def self_timed(
    rule: KinaseRule,
    pre_ms: Floats,
    post_ms: Floats,
    end_ms: float,
    fall_ms: Floats | None = None,
) -> Commits:
    """Read-out each synapse times by itself, resolved in closed form at its next spike or at the end.

    Without a dendrite (`fall_ms` None) it learns at silence: the difference `silence_ms` after a
    spike is committed when the slow integral has since fallen to `silence_fraction`. It takes a fall
    in rate to, say, 10 Hz for silence. With a dendrite the commit is held while it stays depolarised
    and falls due when it repolarises, so that a quiet but depolarised half still counts and windows
    may follow one another closely. An episode starts with a postsynaptic spike and ends at the first
    fall after it, hence at most one fall between two spikes.

    Parameters
    ----------
    rule, pre_ms, post_ms
        As for `states_at`.
    end_ms : float
        End of the run, at which what is pending is resolved.
    fall_ms : array (synapses, falls) or None
        When the dendrite was seen to repolarise, ms, padded with inf.
    """
    rows = max(np.atleast_2d(pre_ms).shape[0], np.atleast_2d(post_ms).shape[0])
    exact = Exact(rule)
    falls = np.full((rows, 1), np.inf) if fall_ms is None else fall_ms
    end = np.full((rows, 1), end_ms)
    times, kinds = in_order((PRE, pre_ms), (POST, post_ms), (FALL, falls), (READ, end))
    committed = [np.full(times.shape, np.nan) for _ in range(5)]
    fresh = np.zeros(rows, dtype=bool)
    for j, live, state, last, reached in _steps(exact, times, kinds):
        fresh |= state.calcium > 0
        now = np.where(live, times[:, j], last)
        if fall_ms is None:
            read = last + rule.silence_ms
            at_read = exact.after(state, np.full(rows, rule.silence_ms))
            level = rule.silence_fraction * at_read.slow
            due = live & fresh & (now > read) & (reached.slow < level)
            moment = _crossing(exact, state, level, rule.silence_ms, now - last, due) + last
        else:
            read = np.maximum(now - rule.latch_ms, last)
            due, moment = live & fresh & (kinds[:, j] == FALL), now
            at_read = exact.after(state, read - last)
        latched = (exact.difference(at_read), at_read.fast, at_read.slow, read, moment)
        for store, value in zip(committed, latched, strict=True):
            store[due, j] = value[due]
        fresh &= ~due
    keep = ~np.isnan(committed[0]).all(axis=0)
    return Commits(*(f[:, keep] for f in committed))


def _crossing(
    exact: Exact, state: State, level: Floats, low: float, high: Floats, due: npt.NDArray[np.bool_]
) -> Floats:
    """When the slow integral fell through `level`, ms after the last spike (NaN where not due)."""
    result = np.full(level.shape, np.nan)
    rows = np.nonzero(due)[0]
    if rows.size == 0:
        return result
    part = State(*(getattr(state, f.name)[rows] for f in fields(State)))
    a, b = np.full(rows.shape, low), high[rows].copy()
    for _ in range(45):
        middle = 0.5 * (a + b)
        above = exact.after(part, middle).slow >= level[rows]
        a, b = np.where(above, middle, a), np.where(above, b, middle)
    result[rows] = 0.5 * (a + b)
    return result
