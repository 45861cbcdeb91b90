"""Induce plasticity in virtual cells: calibrate their currents, run protocols, read the synapses."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from circuits.errors import UnknownName
from circuits.learning.kinase.rule import Floats, KinaseRule, bounded, contrast
from circuits.learning.kinase.trains import self_timed, states_at
from sims.plasticity.cells import TAIL_MS, Cells, Response, respond, time_grid
from sims.plasticity.protocol import STEP_CEILING_HZ, Protocol, steps_of_current, stimuli

Ints = npt.NDArray[np.int64]

#: Steps tried when a cell is calibrated, pA, and their length, ms.
LEVELS_PA = np.arange(40.0, 560.0, 40.0)
CALIBRATION_MS = 200.0
#: Height of the pulses above the ceiling, pA.
PULSE_PA = 2500.0
#: The synapse starts in the middle of its range.
START_WEIGHT = 0.5


@dataclass(frozen=True)
class Variant:
    """One way of doing the same experiment.

    `phase` of the stimuli in their interval (None: each cell its own), `drive` scales all calibrated
    currents ("25 Hz post was often not reached").
    """

    name: str
    phase: float | None
    drive: float = 1.0


#: The learning rate (and CaP scale) are fitted on the first two, tested on the others.
VARIANTS = (
    Variant("start", 0.0),
    Variant("middle", 0.5),
    Variant("quarter", 0.25),
    Variant("jittered", None),
    Variant("underdriven", 0.0, 0.93),
    Variant("overdriven-jittered", None, 1.05),
)
FITTED = ("start", "middle")


def calibrate(cells: Cells, rng: np.random.Generator) -> Floats:
    """Measure the firing rate of each cell for each of `LEVELS_PA`, Hz, (cells, levels), never falling.

    The rate is that of the intervals in a 200 ms step, so it is finer than one spike in 200 ms.
    """
    rows = np.repeat(np.arange(cells.count), LEVELS_PA.size)
    level = np.tile(LEVELS_PA, cells.count)[:, None]
    at = np.tile([0.0, CALIBRATION_MS], (rows.size, 1))
    none = np.full((rows.size, 1), np.inf)
    grid = time_grid([(0.0, CALIBRATION_MS)], CALIBRATION_MS)
    spikes = respond(cells.take(rows), none, at, np.hstack([level, 0 * level]), grid, rng).spikes_ms
    count = np.isfinite(spikes).sum(axis=1)
    last = np.where(np.isfinite(spikes), spikes, 0.0).max(axis=1)
    span = np.where(count > 1, last - spikes[:, 0], CALIBRATION_MS)
    interval = span / np.maximum(count - 1, 1)
    partial = np.clip((CALIBRATION_MS - last) / interval, 0.0, 1.0)
    rate = np.where(
        count > 1,
        1000.0 * (count - 1 + partial) / (CALIBRATION_MS - np.where(count > 0, spikes[:, 0], 0.0)),
        1000.0 * count / CALIBRATION_MS,
    )
    rising: Floats = np.maximum.accumulate(rate.reshape(cells.count, -1), axis=1)
    return rising


def currents_for(cells: Cells, table_hz: Floats, rates_hz: tuple[float, ...]) -> Floats:
    """Choose the steps that give each cell these rates, pA, (cells, rates), with its calibration error.

    Silence, and rates above the ceiling of current steps, get 0.
    """
    out = np.zeros((cells.count, len(rates_hz)))
    for k, rate in enumerate(rates_hz):
        if 0 < rate <= STEP_CEILING_HZ:
            out[:, k] = [
                np.interp(rate, row + 1e-6 * np.arange(row.size), LEVELS_PA) for row in table_hz
            ]
    return out * cells.calibration[:, None]


@dataclass(frozen=True)
class Induction:
    """Trains of many experiments: rows = protocol x variant x cell.

    `protocol`, `variant`, `cell` are indices (rows,); `pre_ms`, `post_ms`, `falls_ms` lists over
    blocks of padded (rows, k) trains; `protocols` all share one timing.
    """

    protocols: tuple[Protocol, ...]
    variants: tuple[Variant, ...]
    protocol: Ints
    variant: Ints
    cell: Ints
    pre_ms: list[Floats]
    post_ms: list[Floats]
    falls_ms: list[Floats]


def induce(
    cells: Cells,
    table_hz: Floats,
    protocols: tuple[Protocol, ...],
    variants: tuple[Variant, ...],
    rng: np.random.Generator,
) -> Induction:
    """Run protocols of one timing (window, gap, windows, blocks) on all cells in all variants.

    Parameters
    ----------
    cells : Cells
    table_hz : array (cells, levels)
        What `calibrate` measured, Hz.
    protocols : tuple of Protocol
    variants : tuple of Variant
    rng : numpy.random.Generator
        Phases of the stimuli, Poisson trains and membrane noise.
    """
    p, v, c = (
        x.ravel()
        for x in np.meshgrid(
            np.arange(len(protocols)),
            np.arange(len(variants)),
            np.arange(cells.count),
            indexing="ij",
        )
    )
    own = rng.uniform(0.0, 1.0, cells.count)
    phase = np.array([own if w.phase is None else np.full(cells.count, w.phase) for w in variants])
    drive = np.array([w.drive for w in variants])
    first = protocols[0]
    active = [(e - first.window_ms, e + TAIL_MS) for e in first.window_ends_ms]
    grid = time_grid(active, float(first.window_ends_ms[-1]) + TAIL_MS)
    pre, post, falls = [], [], []
    for _ in range(first.blocks):
        trains, at, level = [], [], []
        for k, protocol in enumerate(protocols):
            rows = p == k
            trains.append(stimuli(protocol, phase[v[rows], c[rows]], rng))
            pa = currents_for(cells, table_hz, protocol.rates_hz)[c[rows]] * drive[v[rows]][:, None]
            one_at, one_pa = steps_of_current(protocol, pa, PULSE_PA)
            at.append(one_at)
            level.append(one_pa)
        pre.append(_stack(trains))
        done = respond(cells.take(c), pre[-1], _stack(at), _stack(level), grid, rng)
        post.append(done.spikes_ms)
        falls.append(done.falls_ms)
    return Induction(protocols, variants, p, v, c, pre, post, falls)


def record_window(
    cells: Cells, table_hz: Floats, protocol: Protocol, rng: np.random.Generator
) -> tuple[Floats, Response]:
    """Run one window of a protocol and record the potentials: stimuli (cells, k) in ms, and response."""
    one = replace(protocol, windows=1, blocks=1)
    train = stimuli(one, np.zeros(cells.count), rng)
    at, level = steps_of_current(one, currents_for(cells, table_hz, one.rates_hz), PULSE_PA)
    end = one.window_ms + 100.0
    return train, respond(cells, train, at, level, time_grid([(0.0, end)], end), rng, cells.count)


def _stack(parts: list[Floats]) -> Floats:
    wide = max(x.shape[1] for x in parts)
    return np.concatenate(
        [np.pad(x, ((0, 0), (0, wide - x.shape[1])), constant_values=np.inf) for x in parts]
    )


@dataclass(frozen=True)
class Reading:
    """Fast and slow integral at every read-out, (rows, read-outs), NaN where there was none."""

    fast: Floats
    slow: Floats

    def difference(self, fast_scale: float) -> Floats:
        """Give what each read-out adds to the weight at a rate of 1: fast_scale * P - D."""
        return fast_scale * self.fast - self.slow

    def total(self, fast_scale: float) -> Floats:
        """Give the sum over read-outs, (rows,)."""
        return np.asarray(np.nansum(self.difference(fast_scale), axis=1))


def read(rule: KinaseRule, induction: Induction, readout: str = "cycle") -> Reading:
    """Integrate the kinase synapses over the trains and read them out.

    Parameters
    ----------
    rule : KinaseRule
    induction : Induction
    readout : "cycle", "silence" or "dendrite"
        At the end of each window, or timed by the synapse (`circuits.learning.kinase.trains.self_timed`).
        The dendrite of these cells is seen to be at rest about 20 ms after a step ends, which is the
        rule's `latch_ms`.
    """
    fast, slow = [], []
    ends = induction.protocols[0].window_ends_ms
    for pre, post, falls in zip(
        induction.pre_ms, induction.post_ms, induction.falls_ms, strict=True
    ):
        if readout == "cycle":
            state = states_at(rule, pre, post, ends)
            fast.append(state.fast)
            slow.append(state.slow)
        elif readout in ("silence", "dendrite"):
            end = float(ends[-1]) + 1000.0
            commits = self_timed(rule, pre, post, end, falls if readout == "dendrite" else None)
            fast.append(commits.fast)
            slow.append(commits.slow)
        else:
            raise UnknownName("read-out", readout, ("cycle", "silence", "dendrite"))
    return Reading(np.concatenate(fast, axis=1), np.concatenate(slow, axis=1))


def weights_after(difference: Floats, rate: Floats | float) -> Floats:
    """Give the linear weight after all read-outs in turn, from 0.5, softly bounded, (rows,).

    Rates of shape (k, 1) give weights (k, rows).
    """
    w = np.full(np.broadcast_shapes(np.shape(rate), difference.shape[:1]), START_WEIGHT)
    for k in range(difference.shape[1]):
        w = bounded(rate, difference[:, k], w)
    return w


@dataclass(frozen=True)
class EpspCurve:
    """How the measured EPSP of each cell grows with its synapse.

    `scale` (k,) factors of the synaptic conductance, `epsp_mv` (cells, k): peak minus the mean of the
    100 ms before a test pulse.
    """

    scale: Floats
    epsp_mv: Floats

    def ratio(self, weight: Floats, cell: Ints) -> Floats:
        """Give EPSP after over EPSP before, for linear weights (rows,) of the given cells (rows,)."""
        factor = contrast(weight) / contrast(np.array(START_WEIGHT))
        step = self.scale[1] - self.scale[0]
        low = np.clip((factor / step).astype(np.int64), 0, self.scale.size - 2)
        part = factor / step - low
        left, right = self.epsp_mv[cell, low], self.epsp_mv[cell, low + 1]
        before = self.epsp_mv[cell, round(1.0 / step)]
        return np.asarray((left + part * (right - left)) / before)


def epsp_curve(cells: Cells) -> EpspCurve:
    """Give each cell a test pulse 100 ms into a quiet sweep, at conductances 0 to 2 times its own."""
    scale: Floats = np.arange(0.0, 2.01, 0.25, dtype=np.float64)
    rows = np.repeat(np.arange(cells.count), scale.size)
    tested = cells.take(rows)
    # The experimenter keeps test pulses below threshold; a spike is no EPSP.
    quiet = np.full(rows.size, 100.0)
    factor = np.tile(scale, cells.count)
    tested = replace(tested.with_synapse(factor), threshold_mv=quiet)
    none = np.full((rows.size, 1), np.inf)
    pulse = np.full((rows.size, 1), 100.0)
    grid = time_grid([(100.0, 150.0)], 150.0)
    done = respond(tested, pulse, none, none, grid, None, recorded=rows.size)
    baseline = done.v_mv[:, done.time_ms <= 100.0].mean(axis=1)
    epsp = done.v_mv.max(axis=1) - baseline
    return EpspCurve(scale, epsp.reshape(cells.count, scale.size))
