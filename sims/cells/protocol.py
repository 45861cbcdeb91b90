"""The protocol: every cell under every current at once, first held still, then stepped and let go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from circuits.engine.current_steps import Answers, Steps, holding_pa, inject, resting_mv
from circuits.records import CellType

Floats = NDArray[np.float64]
#: Held still before anything is done, and watched after a hyperpolarisation ends, ms.
STILL_MS, WATCHED_MS = 50.0, 300.0


@dataclass(frozen=True, eq=False)
class Tested:
    """What one cell did.

    Attributes
    ----------
    rest_mv, hold_mv : float
        Where it rests, and where it was held before it was hyperpolarised.
    current_pa : array (currents,)
        Injected from rest.
    spikes_ms : list of array
        Spikes at each current, ms from its onset.
    below_mv, for_ms : array (depths,), array (times,)
        How far below `hold_mv` a steady current would bring it, and for how long it was injected.
    step_pa : array (depths,)
        That current, on top of the one that holds it.
    reached_mv : array (depths, times)
        The potential when it was let go.
    rebound_ms : list of list of array
        Spikes after each depth and time, ms from the release.
    silent : bool
        Whether it did not fire while it was held still.
    time_ms : array (n,)
        Of the traces, ms from the onset of the current or the release.
    rebound_mv : array (n,)
        Potential around the release from the deepest and longest hyperpolarisation.
    """

    rest_mv: float
    hold_mv: float
    current_pa: Floats
    spikes_ms: list[Floats]
    below_mv: Floats
    for_ms: Floats
    step_pa: Floats
    reached_mv: Floats
    rebound_ms: list[list[Floats]]
    silent: bool
    time_ms: Floats
    rebound_mv: Floats


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """What is done to every cell.

    Attributes
    ----------
    current_pa : array (currents,)
    duration_ms : float
        How long each current lasts.
    hold_mv : float or None
        None is the cell's rest.
    below_mv, for_ms : sequence of float
        Depths and times of the hyperpolarisations.
    """

    current_pa: Floats
    duration_ms: float
    hold_mv: float | None
    below_mv: Sequence[float]
    for_ms: Sequence[float]

    @property
    def release_ms(self) -> float:
        """When every hyperpolarisation ends and every current of the f-I curve begins, ms."""
        return STILL_MS + max(self.for_ms)

    def until_ms(self) -> Floats:
        """Give when each stretch ends: hyperpolarisations begin, the release, the end of currents and rebounds."""
        begins = {self.release_ms - t for t in self.for_ms}
        ends = {self.release_ms + t for t in (self.duration_ms, WATCHED_MS)}
        return np.array(sorted(begins | {self.release_ms} | ends))


def run(
    cells: Sequence[CellType], protocol: Protocol, report: Callable[[float], None]
) -> list[Tested]:
    """Simulate all cells under the whole protocol at once.

    Parameters
    ----------
    cells : sequence of CellType
    protocol : Protocol
    report : callable (fraction)

    Returns
    -------
    list of Tested
        One for each cell.
    """
    until = protocol.until_ms()
    start, current, owners = [], [], []
    for cell in cells:
        rest = resting_mv(cell)
        hold = rest if protocol.hold_mv is None else protocol.hold_mv
        rows = [*_steps(protocol, until), *_hyperpolarisations(cell, hold, protocol, until)]
        start += [rest] * len(protocol.current_pa)
        start += [hold] * (len(rows) - len(protocol.current_pa))
        current += rows
        owners += [cell] * len(rows)
    each = len(owners) // len(cells)
    answers = inject(
        Steps(owners, np.array(start), np.array(current), until, np.arange(1, len(cells) + 1) * each - 1),
        report,
    )  # fmt: skip
    return [_of_one(k, cell, protocol, answers, until) for k, cell in enumerate(cells)]


def _steps(protocol: Protocol, until: Floats) -> list[Floats]:
    """Give the currents of each stretch for each point of the f-I curve."""
    end = protocol.release_ms + protocol.duration_ms
    on = (until > protocol.release_ms) & (until <= end)
    return [np.where(on, pa, 0.0) for pa in protocol.current_pa]


def _hyperpolarisations(
    cell: CellType, hold: float, protocol: Protocol, until: Floats
) -> list[Floats]:
    """Give the currents of each stretch for every depth and time, the deepest and longest last."""
    release, base = protocol.release_ms, holding_pa(cell, hold)
    return [
        np.where((until > release - t) & (until <= release), holding_pa(cell, hold - depth), base)
        for depth in protocol.below_mv
        for t in protocol.for_ms
    ]


def _of_one(k: int, cell: CellType, protocol: Protocol, answers: Answers, until: Floats) -> Tested:
    """Collect what the k-th cell did."""
    currents, depths, times = (len(x) for x in (protocol.current_pa, protocol.below_mv, protocol.for_ms))  # fmt: skip
    release, each = protocol.release_ms, currents + depths * times
    rest = resting_mv(cell)
    hold = rest if protocol.hold_mv is None else protocol.hold_mv
    since = [spikes - release for spikes in answers.spikes_ms[k * each : (k + 1) * each]]
    at_release = answers.end_mv[:, np.searchsorted(until, release)]
    window = (answers.time_ms >= release - max(protocol.for_ms) - STILL_MS) & (
        answers.time_ms <= release + WATCHED_MS
    )

    def within(spikes: Floats, span_ms: float) -> Floats:
        found: Floats = spikes[(spikes >= 0) & (spikes < span_ms)]
        return found

    after = [within(s, WATCHED_MS) for s in since[currents:]]
    return Tested(
        rest_mv=rest,
        hold_mv=hold,
        current_pa=protocol.current_pa,
        spikes_ms=[within(s, protocol.duration_ms) for s in since[:currents]],
        below_mv=np.asarray(protocol.below_mv),
        for_ms=np.asarray(protocol.for_ms),
        step_pa=np.array([holding_pa(cell, hold - d) - holding_pa(cell, hold) for d in protocol.below_mv]),
        reached_mv=at_release[k * each + currents : (k + 1) * each].reshape(depths, times),
        rebound_ms=[after[d * times : (d + 1) * times] for d in range(depths)],
        silent=not any((s < 0).any() for s in since),
        time_ms=answers.time_ms[window] - release,
        rebound_mv=answers.v_mv[k][window],
    )  # fmt: skip
