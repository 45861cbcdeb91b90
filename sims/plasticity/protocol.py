"""The induction protocols of Jang et al. 2026 and any other made of rates in a row.

A window of the pairing protocol is a few segments of constant rate (prediction, then outcome); it is
repeated with quiet gaps, and the whole in blocks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from circuits.errors import CtloopError
from circuits.learning.kinase.rule import Floats

#: Above this rate no current step drives the cell (Jang 2026: 55 Hz at 400 pA, block at 450 pA).
STEP_CEILING_HZ = 55.0
#: Length of the current pulses used above the ceiling, ms.
PULSE_MS = 3.0


@dataclass(frozen=True)
class Protocol:
    """One induction protocol: what presynaptic stimulus and postsynaptic current aim at.

    Parameters
    ----------
    rates_hz : tuple of float
        Rate of each segment, 0..200 Hz; 0 is silence.
    window_ms : float
        Length of one window, ms, above 0; the segments share it equally.
    windows : int
        Windows in a block, 1 or more (Jang: 10).
    gap_ms : float
        Quiet time after each window, ms, 0 or more (Jang: 400).
    blocks : int
        Blocks, 15 s apart, 1 or more (the paper's text says 1, its figure 5).
    poisson : bool
        Draw presynaptic stimuli as a Poisson process instead of regularly.
    """

    rates_hz: tuple[float, ...]
    window_ms: float = 200.0
    windows: int = 10
    gap_ms: float = 400.0
    blocks: int = 1
    poisson: bool = False

    def __post_init__(self) -> None:
        if len(self.rates_hz) == 0 or not all(0 <= r <= 200 for r in self.rates_hz):
            msg = f"rates must lie between 0 and 200 Hz, not {self.rates_hz}"
            raise CtloopError(msg)
        if not 0 < self.window_ms < np.inf:
            msg = f"a window must be longer than 0 ms, not {self.window_ms}"
            raise CtloopError(msg)
        if self.windows < 1 or self.blocks < 1:
            msg = f"at least 1 window and 1 block are needed, not {self.windows} and {self.blocks}"
            raise CtloopError(msg)
        if not 0 <= self.gap_ms < np.inf:
            msg = f"a gap lasts 0 ms or more, not {self.gap_ms}"
            raise CtloopError(msg)

    @property
    def segment_ms(self) -> float:
        """Length of one segment, ms."""
        return self.window_ms / len(self.rates_hz)

    @property
    def period_ms(self) -> float:
        """From the start of one window to the start of the next, ms."""
        return self.window_ms + self.gap_ms

    @property
    def window_ends_ms(self) -> Floats:
        """End of each window of a block, ms."""
        return np.asarray(np.arange(self.windows) * self.period_ms + self.window_ms, np.float64)

    @property
    def key(self) -> str:
        """Name of its metric: the rates in whole Hz, e.g. "25_50"."""
        return "_".join(str(round(r)) for r in self.rates_hz)


def pairing(minus_hz: float, plus_hz: float, **rest: float) -> Protocol:
    """Make the protocol of two halves: prediction at `minus_hz`, outcome at `plus_hz`."""
    return Protocol((float(minus_hz), float(plus_hz)), **rest)  # type: ignore[arg-type]


#: The four published conditions.
JANG = (pairing(25, 50), pairing(50, 25), pairing(25, 25), pairing(50, 50))


def segment_times(rate_hz: float, length_ms: float, phase: Floats) -> Floats:
    """Regular times within one segment, ms, (rows, k), padded with inf.

    Parameters
    ----------
    rate_hz : float
        Rate; 0, or one too low for a spike in the segment, gives none.
    length_ms : float
        Length of the segment, ms.
    phase : array (rows,)
        Where in the interval the first one comes, 0..1.
    """
    if rate_hz <= 0:
        return np.full((phase.size, 0), np.inf)
    interval = 1000.0 / rate_hz
    times = (phase[:, None] + np.arange(int(length_ms / interval) + 2)) * interval
    return np.where(times < length_ms - 1e-9, times, np.inf)


def stimuli(protocol: Protocol, phase: Floats, rng: np.random.Generator) -> Floats:
    """Presynaptic stimuli of one block, ms, (rows, k), padded with inf.

    Parameters
    ----------
    protocol : Protocol
    phase : array (rows,)
        Phase of the regular trains, 0..1, the same in every window; unused for Poisson trains.
    rng : numpy.random.Generator
        For Poisson trains.
    """
    starts = np.arange(protocol.windows) * protocol.period_ms
    parts = []
    for k, rate in enumerate(protocol.rates_hz):
        offset = k * protocol.segment_ms
        for start in starts:
            if protocol.poisson:
                times = _poisson(rate, protocol.segment_ms, phase.size, rng)
            else:
                times = segment_times(rate, protocol.segment_ms, phase)
            parts.append(times + start + offset)
    train = np.sort(np.concatenate(parts, axis=1), axis=1)
    return train[:, : max(1, int(np.isfinite(train).any(axis=0).sum()))]


def _poisson(rate_hz: float, length_ms: float, rows: int, rng: np.random.Generator) -> Floats:
    counts = rng.poisson(rate_hz * length_ms / 1000.0, rows)
    times = rng.uniform(0.0, length_ms, (rows, int(counts.max(initial=0))))
    return np.where(np.arange(times.shape[1]) < counts[:, None], times, np.inf)


def steps_of_current(
    protocol: Protocol, level_pa: Floats, pulse_pa: float
) -> tuple[Floats, Floats]:
    """Write the current commands of one block: when each current changes, and to what.

    Parameters
    ----------
    protocol : Protocol
    level_pa : array (rows, segments)
        Calibrated step of each segment; segments above 55 Hz use pulses instead.
    pulse_pa : float
        Height of the 3 ms pulses, pA.

    Returns
    -------
    tuple of array (rows, changes)
        Times in ms and values in pA, padded with inf, each row in order of time.
    """
    rows = level_pa.shape[0]
    times, values = [], []
    for k, rate in enumerate(protocol.rates_hz):
        offset = k * protocol.segment_ms
        if rate > STEP_CEILING_HZ:
            on = segment_times(rate, protocol.segment_ms, np.zeros(1))[0]
            on = on[np.isfinite(on)]
            edge = np.stack([on, np.minimum(on + PULSE_MS, protocol.segment_ms)], axis=1).ravel()
            # The segment starts without current even where the one before it ended in a step.
            edge = np.concatenate([[0.0], edge])
            level = np.tile(np.r_[0.0, np.tile([pulse_pa, 0.0], on.size)], (rows, 1))
        else:
            edge, level = np.zeros(1), level_pa[:, k : k + 1]
        times.append(np.tile(edge + offset, (rows, 1)))
        values.append(level)
    times.append(np.full((rows, 1), protocol.window_ms))
    values.append(np.zeros((rows, 1)))
    one_t, one_v = np.concatenate(times, axis=1), np.concatenate(values, axis=1)
    starts = np.arange(protocol.windows) * protocol.period_ms
    return (
        np.concatenate([one_t + s for s in starts], axis=1),
        np.concatenate([one_v] * protocol.windows, axis=1),
    )
