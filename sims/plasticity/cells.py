"""Virtual CA1 pyramidal cells for the plasticity experiment: many at once, in plain numpy.

Soma and dendrite with leak, a fast and a medium after-hyperpolarisation, a threshold that follows
depolarisation, and an AMPA + NMDA synapse on the dendrite::

    Cs dv/dt = gL (EL - v) + gK (EK - v) + gF (reset - v) + gc (u - v) + I + noise
    Cd du/dt = gL (EL - u) + gc (v - u) - gA u - gN B(u) u
    spike at v > theta:  v <- reset, gK and gF jump, silent for 3 ms
    theta -> VT + max(v - VT, -3 mV)

Constants are assumed (juvenile CA1: about 170 MOhm, 20 ms) and set so that the cell does what Jang et
al. 2026 report of theirs: steps of 150, 300, 400 pA give about 15, 50, 55 Hz (here 20, 43, 56), 3 ms
pulses reach 100 Hz, one stimulus an EPSP of about 5 mV. Depolarisation block above 450 pA is not in
it; protocols use pulses above 55 Hz instead of steps, as the authors did.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from circuits.equations import MAGNESIUM_HALF, MAGNESIUM_PER_MV
from circuits.learning.kinase.rule import Floats

REST_MV, POTASSIUM_MV, RESET_MV = -66.0, -72.0, -58.0
SOMA_PF, DENDRITE_PF, COUPLING_NS = 60.0, 60.0, 15.0
REFRACTORY_MS = 3.0
AHP_MS, FAST_AHP_MS, AMPA_MS, NMDA_MS, THETA_MS = 50.0, 5.0, 4.0, 60.0, 6.0
FAST_AHP_NS = 250.0
NMDA_RATIO = 0.25
THETA_SLOPE = 1.0
NOISE_PA, NOISE_MS = 20.0, 5.0
#: A dendrite below this is at rest again; it has to stay there for a moment to count.
REPOLARISED_MV, REPOLARISED_MS = -63.0, 8.0
#: Steps while a stimulus or current may come, and in the quiet rest of the gap.
FINE_MS, COARSE_MS = 0.2, 0.5
TAIL_MS = 40.0


@dataclass(frozen=True)
class Cells:
    """What differs from cell to cell: arrays (cells,).

    `leak_ns` of each compartment, `threshold_mv`, `ahp_ns` per spike, `synapse_ns` peak AMPA
    conductance of the stimulated fibres, `calibration` the error of the experimenter's currents (1 is
    exact).
    """

    leak_ns: Floats
    threshold_mv: Floats
    ahp_ns: Floats
    synapse_ns: Floats
    calibration: Floats

    def take(self, rows: npt.NDArray[np.int64]) -> Cells:
        """Cells by index, e.g. repeated for several conditions."""
        return Cells(*(getattr(self, f.name)[rows] for f in fields(Cells)))

    @property
    def count(self) -> int:
        """How many cells."""
        return int(self.leak_ns.size)


def draw_cells(count: int, rng: np.random.Generator) -> Cells:
    """Draw virtual cells that differ in leak, threshold, adaptation, EPSP and calibration."""

    def spread(mean: float, cv: float) -> Floats:
        return mean * np.exp(cv * rng.standard_normal(count) - 0.5 * cv * cv)

    return Cells(
        leak_ns=spread(3.0, 0.15),
        threshold_mv=-47.5 + 1.5 * rng.standard_normal(count),
        ahp_ns=spread(5.0, 0.2),
        synapse_ns=spread(3.8, 0.25),
        calibration=1.0 + 0.06 * rng.standard_normal(count),
    )


@dataclass(frozen=True)
class Response:
    """What cells did: spike times and times of dendritic repolarisation, ms, padded with inf.

    `v_mv` and `u_mv` (soma, dendrite) hold the first `watched` rows at `time_ms`, (rows, steps).
    """

    spikes_ms: Floats
    falls_ms: Floats
    time_ms: Floats
    v_mv: Floats
    u_mv: Floats


def time_grid(active: list[tuple[float, float]], end_ms: float) -> Floats:
    """Lay out steps that are fine where something may happen and coarse elsewhere, ms."""
    pieces, now = [], 0.0
    for start, stop in [*active, (end_ms, end_ms)]:
        if start > now:
            pieces.append(np.arange(now, start - 1e-9, COARSE_MS))
        stop = min(stop, end_ms)
        first = max(start, now)
        if stop > first:
            pieces.append(np.arange(first, stop - 1e-9, FINE_MS))
        now = max(now, stop)
    return np.concatenate([*pieces, [end_ms]])


class _Timetable:
    """Which rows get what at which step."""

    def __init__(self, grid: Floats, times: Floats, values: Floats | None = None) -> None:
        row, column = np.nonzero(np.isfinite(times))
        step = np.searchsorted(grid, times[row, column] - 1e-9)
        order = np.argsort(step, kind="stable")
        self.rows = row[order]
        self.values = None if values is None else values[row, column][order]
        self.start = np.searchsorted(step[order], np.arange(grid.size + 1))

    def at(self, k: int) -> slice | None:
        """Slice of the entries of step k, None if there are none."""
        a, b = self.start[k], self.start[k + 1]
        return slice(a, b) if b > a else None


def respond(
    cells: Cells,
    stimuli_ms: Floats,
    current_at_ms: Floats,
    current_pa: Floats,
    grid_ms: Floats,
    rng: np.random.Generator | None,
    watched: int = 0,
) -> Response:
    """Simulate the cells.

    Parameters
    ----------
    cells : Cells
    stimuli_ms : array (cells, k)
        Presynaptic stimuli, padded with inf.
    current_at_ms, current_pa : array (cells, m)
        Changes of the somatic current.
    grid_ms : array
        Steps (see `time_grid`).
    rng : numpy.random.Generator or None
        Membrane noise; None leaves it out.
    watched : int
        Rows whose potentials are kept.
    """
    n = cells.count
    v, u = np.full(n, REST_MV), np.full(n, REST_MV)
    theta = cells.threshold_mv.copy()
    ahp, fast, ampa, nmda, current, noise = (np.zeros(n) for _ in range(6))
    silent = np.full(n, -np.inf)
    armed, below = np.zeros(n, dtype=bool), np.zeros(n)
    stimulus = _Timetable(grid_ms, stimuli_ms)
    command = _Timetable(grid_ms, current_at_ms, current_pa)
    widths = np.diff(grid_ms)
    factors = {float(h): _factors(float(h)) for h in np.unique(np.round(widths, 9))}
    spikes: list[tuple[npt.NDArray[np.int64], float]] = []
    falls: list[tuple[npt.NDArray[np.int64], float]] = []
    trace_v, trace_u = (np.zeros((watched, widths.size)) for _ in range(2))
    for k, width in enumerate(widths):
        h, f = float(width), factors[float(np.round(width, 9))]
        if (now := stimulus.at(k)) is not None:
            rows = stimulus.rows[now]
            ampa[rows] += cells.synapse_ns[rows]
            nmda[rows] += NMDA_RATIO * cells.synapse_ns[rows]
        if (now := command.at(k)) is not None and command.values is not None:
            current[command.rows[now]] = command.values[now]
        open_ns = ampa + nmda / (1.0 + np.exp(-MAGNESIUM_PER_MV * u) / MAGNESIUM_HALF)
        du = cells.leak_ns * (REST_MV - u) + COUPLING_NS * (v - u) - open_ns * u
        dv = (
            cells.leak_ns * (REST_MV - v)
            + ahp * (POTASSIUM_MV - v)
            + fast * (RESET_MV - v)
            + COUPLING_NS * (u - v)
        )
        dv += current + noise
        u += (h / DENDRITE_PF) * du
        t = float(grid_ms[k + 1])
        v = np.where(silent > t, RESET_MV, v + (h / SOMA_PF) * dv)
        goal = cells.threshold_mv + THETA_SLOPE * np.maximum(v - cells.threshold_mv, -3.0)
        theta += (goal - theta) * f[3]
        ahp *= f[0]
        fast *= f[6]
        ampa *= f[1]
        nmda *= f[2]
        if rng is not None:
            noise = noise * f[4] + f[5] * rng.standard_normal(n)
        fired = v > theta
        if fired.any():
            rows = np.nonzero(fired)[0]
            spikes.append((rows, t))
            v[rows], silent[rows], armed[rows] = RESET_MV, t + REFRACTORY_MS, True
            ahp[rows] += cells.ahp_ns[rows]
            fast[rows] += FAST_AHP_NS
        below = np.where(u < REPOLARISED_MV, below + h, 0.0)
        fell = armed & (below >= REPOLARISED_MS)
        if fell.any():
            rows = np.nonzero(fell)[0]
            falls.append((rows, t))
            armed[rows] = False
        if watched:
            trace_v[:, k], trace_u[:, k] = v[:watched], u[:watched]
            trace_v[fired[:watched], k] = 20.0
    return Response(_padded(spikes, n), _padded(falls, n), grid_ms[1:], trace_v, trace_u)


def _factors(h: float) -> tuple[float, ...]:
    """Decay of gK, gA, gN, approach of theta, decay and kick of the noise over one step."""
    keep = float(np.exp(-h / NOISE_MS))
    return (
        float(np.exp(-h / AHP_MS)),
        float(np.exp(-h / AMPA_MS)),
        float(np.exp(-h / NMDA_MS)),
        1.0 - float(np.exp(-h / THETA_MS)),
        keep,
        NOISE_PA * float(np.sqrt(1.0 - keep * keep)),
        float(np.exp(-h / FAST_AHP_MS)),
    )


def _padded(found: list[tuple[npt.NDArray[np.int64], float]], rows: int) -> Floats:
    """Gather times per row, padded with inf, at least one column."""
    if not found:
        return np.full((rows, 1), np.inf)
    row = np.concatenate([r for r, _ in found])
    time = np.concatenate([np.full(r.size, t) for r, t in found])
    order = np.argsort(row, kind="stable")
    row, time = row[order], time[order]
    first = np.searchsorted(row, np.arange(rows))
    place = np.arange(row.size) - first[row]
    out = np.full((rows, int(place.max()) + 1), np.inf)
    out[row, place] = time
    return out
