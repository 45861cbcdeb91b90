"""What an engine is given to simulate, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from circuits.equations import DT_MS
from circuits.learning.record import Weights
from circuits.records import Edges, Spikes
from circuits.spec import Circuit, projections


@dataclass(frozen=True)
class Stage:
    """A circuit that takes over at a time, ms: the same wiring with other numbers."""

    start_ms: float
    circuit: Circuit
    edges: Mapping[str, Edges]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One simulation, ready for any engine; see `circuits.engine.simulate.simulate` for what is not explained here.

    Attributes
    ----------
    circuit, edges
        The circuit from the start, and its wiring with what it has learnt.
    stages : tuple of Stage
        The circuits that take over later, in order.
    on_first : callable or None
        Given the spikes of the first `first_ms`.
    report : callable (stage, fraction)
    lap : callable (stage)
        Called when "building", "compiling" and "simulating" are over.
    weights_every_ms : float
        How often the weights of plastic projections are sampled; 0 keeps the final ones alone.
    episode : int
        Which of several simulations of the same cells: another initial state and noise.
    dt_ms : float
        Step of integration.
    """

    circuit: Circuit
    edges: Mapping[str, Edges]
    inputs: Mapping[str, Spikes]
    currents_pa: Mapping[str, NDArray[np.float64]]
    seed: int
    record_voltage: Mapping[str, NDArray[np.int64]]
    duration_ms: float
    engine: str
    report: Callable[[str, float], None]
    lap: Callable[[str], None]
    stages: tuple[Stage, ...] = ()
    first_ms: float = 0.0
    on_first: Callable[[dict[str, Spikes]], None] | None = None
    weights_every_ms: float = 0.0
    episode: int = 0
    dt_ms: float = DT_MS

    @property
    def plastic_later(self) -> set[str]:
        """What learns at some later time, frozen now or not."""
        return {n for s in self.stages for n, p in projections(s.circuit).items() if p.plastic}

    @property
    def learns(self) -> bool:
        """Whether anything learns at any time."""
        return bool(self.plastic_later) or any(
            p.plastic for p in projections(self.circuit).values()
        )

    def legs(self, every_ms: float = np.inf) -> list[tuple[float, float]]:
        """Cut the duration where a stage begins, after `first_ms`, and every so often, ms."""
        cuts = {s.start_ms for s in self.stages} | {self.duration_ms}
        if self.on_first is not None:
            cuts.add(min(self.first_ms, self.duration_ms))
        if np.isfinite(every_ms):
            cuts |= set(np.arange(every_ms, self.duration_ms, every_ms).tolist())
        return list(pairwise([0.0, *sorted(t for t in cuts if t > 0)]))


@dataclass(frozen=True)
class Outcome:
    """What an engine gives back: `recorded` are the cells of `voltages_mv` (n_ms, k)."""

    spikes: dict[str, Spikes]
    voltages_mv: dict[str, NDArray[np.float32]]
    recorded: dict[str, NDArray[np.int64]]
    weights: dict[str, Weights] = field(default_factory=dict)
