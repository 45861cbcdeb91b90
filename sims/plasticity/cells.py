"""Virtual CA1 pyramidal cells for the plasticity experiment: many at once, in plain numpy.

Soma and dendrite with leak, a fast and a medium after-hyperpolarisation, a threshold that follows
depolarisation, and an AMPA + NMDA synapse on the dendrite::

    Cs dv/dt = gL (EL - v) + gK (EK - v) + gF (reset - v) + gc (u - v) + I + noise
    Cd du/dt = gL (EL - u) + gc (v - u) - gA u - gN B(u) u
    spike at v > theta:  v <- reset, gK and gF jump, silent for 3 ms
    theta -> VT + max(v - VT, -3 mV)

Constants are assumed (juvenile CA1: about 170 MOhm, 20 ms) and set so that the cell does what Jang et
al. 2026 report of theirs: steps of 150, 300, 400 pA give about 15, 50, 55 Hz, 3 ms pulses reach
100 Hz, one stimulus an EPSP of about 5 mV. Depolarisation block above 450 pA is not in it; protocols
use pulses above 55 Hz instead of steps, as the authors did.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from circuits.equations import MAGNESIUM_HALF, MAGNESIUM_PER_MV
from circuits.learning.kinase.rule import Floats

REST_MV, POTASSIUM_MV, RESET_MV = -66.0, -72.0, -58.0
SOMA_PF, DENDRITE_PF, COUPLING_NS = 60.0, 60.0, 15.0
REFRACTORY_MS = 3.0
AHP_MS, FAST_AHP_MS, AMPA_MS, NMDA_MS, THETA_MS = 50.0, 5.0, 4.0, 60.0, 6.0
FAST_AHP_NS = 250.0
#: Peak NMDA over peak AMPA conductance of the intact synapse.
NMDA_RATIO = 0.25
THETA_SLOPE = 1.0
NOISE_PA, NOISE_MS = 20.0, 5.0
#: A dendrite below this is at rest again; it has to stay there for a moment to count.
REPOLARISED_MV, REPOLARISED_MS = -63.0, 8.0
#: Steps while a stimulus or current may come, and in the quiet rest of the gap.
FINE_MS, COARSE_MS = 0.2, 0.5
TAIL_MS = 40.0
#: Where a recorded spike is drawn to.
SPIKE_PEAK_MV = 20.0


@dataclass(frozen=True)
class Receptors:
    """What lesions leave of the receptors of a synapse, as fractions from 0 to 1; 1 is intact."""

    ampa: float = 1.0
    nmda: float = 1.0


@dataclass(frozen=True)
class Cells:
    """What differs from cell to cell: arrays (cells,).

    Attributes
    ----------
    leak_ns : array
        Leak of each of the two compartments, nS.
    threshold_mv : array
        Threshold at rest, mV.
    ahp_ns : array
        After-hyperpolarisation that each spike adds, nS.
    ampa_ns, nmda_ns : array
        Peak conductances of the stimulated synapse, nS; NMDA before its magnesium block.
    calibration : array
        Factor by which the currents of the experimenter miss what they should be; 1 is exact.
    """

    leak_ns: Floats
    threshold_mv: Floats
    ahp_ns: Floats
    ampa_ns: Floats
    nmda_ns: Floats
    calibration: Floats

    def take(self, rows: npt.NDArray[np.int64]) -> Cells:
        """Give cells by index, e.g. repeated for several conditions."""
        return Cells(*(getattr(self, f.name)[rows] for f in fields(Cells)))

    def with_synapse(self, factor: Floats) -> Cells:
        """Give the same cells with both conductances of the synapse times a factor, (cells,)."""
        return replace(self, ampa_ns=self.ampa_ns * factor, nmda_ns=self.nmda_ns * factor)

    def blocked(self, left: Receptors) -> Cells:
        """Give the same cells with so much left of the receptors of their synapse."""
        return replace(self, ampa_ns=self.ampa_ns * left.ampa, nmda_ns=self.nmda_ns * left.nmda)

    @property
    def count(self) -> int:
        """How many cells."""
        return int(self.leak_ns.size)


def draw_cells(count: int, rng: np.random.Generator) -> Cells:
    """Draw virtual cells that differ in leak, threshold, adaptation, EPSP and calibration."""

    def spread(mean: float, cv: float) -> Floats:
        return mean * np.exp(cv * rng.standard_normal(count) - 0.5 * cv * cv)

    leak, threshold = spread(3.0, 0.15), -47.5 + 1.5 * rng.standard_normal(count)
    ahp, ampa = spread(5.0, 0.2), spread(3.8, 0.25)
    return Cells(
        leak_ns=leak,
        threshold_mv=threshold,
        ahp_ns=ahp,
        ampa_ns=ampa,
        nmda_ns=NMDA_RATIO * ampa,
        calibration=1.0 + 0.06 * rng.standard_normal(count),
    )


@dataclass(frozen=True)
class Response:
    """What cells did: spike times and times of dendritic repolarisation, ms, padded with inf.

    `v_mv` and `u_mv` (soma, dendrite) hold the first `recorded` rows at `time_ms`, (rows, steps).
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
    recorded: int = 0,
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
    recorded : int
        How many cells, from the first on, have their potentials recorded.
    """
    stimulus = _Timetable(grid_ms, stimuli_ms)
    command = _Timetable(grid_ms, current_at_ms, current_pa)
    widths = np.diff(grid_ms)
    factors = {float(h): _factors(float(h)) for h in np.unique(np.round(widths, 9))}
    membranes = _Membranes(cells)
    spikes: list[tuple[npt.NDArray[np.int64], float]] = []
    falls: list[tuple[npt.NDArray[np.int64], float]] = []
    trace_v, trace_u = (np.zeros((recorded, widths.size)) for _ in range(2))
    for k, width in enumerate(widths):
        if (now := stimulus.at(k)) is not None:
            membranes.stimulate(stimulus.rows[now])
        if (now := command.at(k)) is not None and command.values is not None:
            membranes.current[command.rows[now]] = command.values[now]
        t = float(grid_ms[k + 1])
        fired = membranes.step(float(width), factors[float(np.round(width, 9))], t, rng)
        if fired.any():
            spikes.append((rows := np.nonzero(fired)[0], t))
            membranes.spike(rows, t)
        fell = membranes.repolarised(float(width))
        if fell.any():
            falls.append((np.nonzero(fell)[0], t))
        if recorded:
            trace_v[:, k], trace_u[:, k] = membranes.v[:recorded], membranes.u[:recorded]
            trace_v[fired[:recorded], k] = SPIKE_PEAK_MV
    n = cells.count
    return Response(_padded(spikes, n), _padded(falls, n), grid_ms[1:], trace_v, trace_u)


class _Factors(NamedTuple):
    """What one step of a given width multiplies: decays, approach of the threshold, noise."""

    ahp: float
    fast_ahp: float
    ampa: float
    nmda: float
    threshold: float
    noise: float
    noise_kick: float


def _factors(h: float) -> _Factors:
    left = float(np.exp(-h / NOISE_MS))
    return _Factors(
        ahp=float(np.exp(-h / AHP_MS)),
        fast_ahp=float(np.exp(-h / FAST_AHP_MS)),
        ampa=float(np.exp(-h / AMPA_MS)),
        nmda=float(np.exp(-h / NMDA_MS)),
        threshold=1.0 - float(np.exp(-h / THETA_MS)),
        noise=left,
        noise_kick=NOISE_PA * float(np.sqrt(1.0 - left * left)),
    )


class _Membranes:
    """The state of all cells at one time: potentials, conductances, threshold, refractoriness."""

    def __init__(self, cells: Cells) -> None:
        n = cells.count
        self.cells = cells
        self.v, self.u = np.full(n, REST_MV), np.full(n, REST_MV)
        self.theta = cells.threshold_mv.copy()
        self.ahp, self.fast_ahp, self.ampa, self.nmda = (np.zeros(n) for _ in range(4))
        self.current, self.noise = np.zeros(n), np.zeros(n)
        self.silent_until = np.full(n, -np.inf)
        self.spiked = np.zeros(n, dtype=bool)
        self.rest_ms = np.zeros(n)

    def stimulate(self, rows: npt.NDArray[np.int64]) -> None:
        """Open the receptors of the synapses of these cells."""
        self.ampa[rows] += self.cells.ampa_ns[rows]
        self.nmda[rows] += self.cells.nmda_ns[rows]

    def step(
        self, h: float, f: _Factors, t: float, rng: np.random.Generator | None
    ) -> npt.NDArray[np.bool_]:
        """Go `h` ms on, to time `t`, and give which cells reach their threshold."""
        cells, v, u = self.cells, self.v, self.u
        open_ns = self.ampa + self.nmda / (1.0 + np.exp(-MAGNESIUM_PER_MV * u) / MAGNESIUM_HALF)
        du = cells.leak_ns * (REST_MV - u) + COUPLING_NS * (v - u) - open_ns * u
        dv = (
            cells.leak_ns * (REST_MV - v)
            + self.ahp * (POTASSIUM_MV - v)
            + self.fast_ahp * (RESET_MV - v)
            + COUPLING_NS * (u - v)
        )
        dv += self.current + self.noise
        u += (h / DENDRITE_PF) * du
        self.v = v = np.where(self.silent_until > t, RESET_MV, v + (h / SOMA_PF) * dv)
        aim = cells.threshold_mv + THETA_SLOPE * np.maximum(v - cells.threshold_mv, -3.0)
        self.theta += (aim - self.theta) * f.threshold
        self.ahp *= f.ahp
        self.fast_ahp *= f.fast_ahp
        self.ampa *= f.ampa
        self.nmda *= f.nmda
        if rng is not None:
            self.noise = self.noise * f.noise + f.noise_kick * rng.standard_normal(cells.count)
        fired: npt.NDArray[np.bool_] = v > self.theta
        return fired

    def spike(self, rows: npt.NDArray[np.int64], t: float) -> None:
        """Reset the cells that fire at time `t` and add their after-hyperpolarisation."""
        self.v[rows], self.silent_until[rows] = RESET_MV, t + REFRACTORY_MS
        self.spiked[rows] = True
        self.ahp[rows] += self.cells.ahp_ns[rows]
        self.fast_ahp[rows] += FAST_AHP_NS

    def repolarised(self, h: float) -> npt.NDArray[np.bool_]:
        """Give whose dendrite has just been at rest long enough, for the first time since a spike."""
        self.rest_ms = np.where(self.u < REPOLARISED_MV, self.rest_ms + h, 0.0)
        fell = self.spiked & (self.rest_ms >= REPOLARISED_MS)
        self.spiked &= ~fell
        return fell


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
