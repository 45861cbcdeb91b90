"""What a finished run holds in memory: spikes, traces, cycles, and where they came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from circuits.records import Spikes

Floats = npt.NDArray[np.float64] | npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Part = Literal["prediction", "outcome"]
Metric = float | int | str | bool | None


@dataclass(frozen=True, kw_only=True)
class Cells:
    """Where a recorded population sits and how many cells it has.

    Parameters
    ----------
    count : int
        Modelled cells.
    area, lamina : str
        "V1" and "L5"; the lamina is "" outside cortex.
    transmitter : str
        "exc" or "inh".
    depth_top_um, depth_bottom_um : float
        Below the pia; both 0 outside cortex.
    """

    count: int
    area: str
    lamina: str = ""
    transmitter: str = "exc"
    depth_top_um: float = 0.0
    depth_bottom_um: float = 0.0


@dataclass(frozen=True, eq=False)
class Voltages:
    """Membrane potential of a few cells: `v_mv` (n_ms, k) and their local indices `cells` (k,)."""

    v_mv: Floats
    cells: Ints


@dataclass(frozen=True, eq=False)
class Charge:
    """What drove one relay cell: charge by pathway and part of the theta cycle.

    Parameters
    ----------
    population, cell : str, int
        The chosen cell.
    pathway : tuple of str, (n,)
        Projection of each row, "V1.L5IB -> Pulvinar.TRC".
    part : tuple of str, (n,)
        "prediction" or "outcome".
    charge_pc : array (n,)
        Mean synaptic charge per cycle into the cell, pC; excitation positive.
    """

    population: str
    cell: int
    pathway: tuple[str, ...]
    part: tuple[Part, ...]
    charge_pc: Floats


@dataclass(frozen=True, eq=False)
class Cycles:
    """Population bursts of V1.L5IB: `burst_on_ms` and `burst_off_ms`, both (n_bursts,), rising.

    A theta cycle runs from the end of one burst to the end of the next, so n bursts hold n - 1
    cycles: cycle i is silent (prediction) in `[off[i], on[i + 1])`, bursting (outcome) in
    `[on[i + 1], off[i + 1])`.
    """

    burst_on_ms: Floats
    burst_off_ms: Floats

    def __len__(self) -> int:
        """Count the whole cycles."""
        return max(len(self.burst_off_ms) - 1, 0)

    def parts(self, part: Part) -> npt.NDArray[np.float64]:
        """Give the start and end of this part of every cycle, ms, as (n_cycles, 2)."""
        on, off = np.asarray(self.burst_on_ms, float), np.asarray(self.burst_off_ms, float)
        bounds = (off[:-1], on[1:]) if part == "prediction" else (on[1:], off[1:])
        return np.stack(bounds, axis=1)


@dataclass(frozen=True, eq=False)
class Lfp:
    """Field potential over cortical depth, a proxy computed for point cells.

    Parameters
    ----------
    depth_um : array (c,)
        Channel depths below the pia, rising.
    potential_uv : array (c, n_ms)
        Extracellular potential.
    csd_ua_mm3 : array (c, n_ms)
        Current source density; sinks are negative.
    area : str
        The cortical area it stands for.
    proxy : str
        What was simplified, in a sentence; printed under every plot.
    """

    depth_um: Floats
    potential_uv: Floats
    csd_ua_mm3: Floats
    area: str = "V1"
    proxy: str = "proxy: point cells, currents placed at the depth of their synapses"


@dataclass(frozen=True, eq=False, kw_only=True)
class RunData:
    """One finished run, everything a figure or a measure may ask for.

    Parameters
    ----------
    meta : dict
        What `run.json` holds: spec, seed, versions, command line, `duration_ms` (all that was
        simulated), and `experiment` (condition, actual_deg, predicted_deg, discard_ms, ...).
    metrics : dict of str to number, str, bool or None
        What `metrics.json` holds; flat, fixed by the seed.
    populations : dict of str to Cells
        Where every recorded population sits.
    spikes : dict of str to Spikes
        Times in ms from the start of the simulation, local cell indices.
    orientation_deg : dict of str to array (n,)
        Preferred orientation of each cell; only tuned populations are in it.
    rates_hz : dict of str to array (n_ms,)
        Spikes per second and cell in 1 ms bins.
    voltages : dict of str to Voltages
    conductance_ns : dict of str to dict of str to array (n_ms,)
        By projection, then receptor; nS summed over all relay cells (NMDA after its block).
    charge : Charge, optional
    cycles : Cycles, optional
    lfp : Lfp, optional
    """

    meta: dict[str, Any]
    metrics: dict[str, Metric] = field(default_factory=dict)
    populations: dict[str, Cells] = field(default_factory=dict)
    spikes: dict[str, Spikes] = field(default_factory=dict)
    orientation_deg: dict[str, Floats] = field(default_factory=dict)
    rates_hz: dict[str, Floats] = field(default_factory=dict)
    voltages: dict[str, Voltages] = field(default_factory=dict)
    conductance_ns: dict[str, dict[str, Floats]] = field(default_factory=dict)
    charge: Charge | None = None
    cycles: Cycles | None = None
    lfp: Lfp | None = None

    @property
    def experiment(self) -> dict[str, Any]:
        """The protocol's own entries: condition, actual_deg, predicted_deg, discard_ms."""
        return dict(self.meta.get("experiment") or {})

    @property
    def discard_ms(self) -> float:
        """Time at the start that no measure uses."""
        return float(self.experiment.get("discard_ms") or 0.0)

    @property
    def duration_ms(self) -> float:
        """All simulated time, the discarded start included."""
        if "duration_ms" in self.meta:
            return float(self.meta["duration_ms"])
        if self.rates_hz:
            return float(max(len(rate) for rate in self.rates_hz.values()))
        return float(
            max((s.times_ms[-1] for s in self.spikes.values() if len(s.times_ms)), default=0.0)
        )
