"""Which candidates are tried next: first evenly over all ranges, then near the best by CMA-ES.

The optimiser is the package `cmaes` (MIT licence, needs NumPy alone; Nomura & Shibata 2024). Its CatCMA
with margin (Hamano et al. 2025) searches numbers, whole numbers and choices at once, is asked for a batch
and told its scores, and draws from one seed. So nothing of its state needs to be stored: asked again and
told the same scores, it gives the same candidates.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np

from circuits.errors import CtloopError
from sims.search.ranges import Range

#: A place in each range, from 0 to 1.
Point = tuple[float, ...]
#: How wide CMA-ES begins around the best of the first candidates, in units of the ranges.
SIGMA = 0.2
#: CMA-ES learns nothing of fewer candidates at a time.
LEAST_BATCH = 4


def usual_batch(ranges: int) -> int:
    """Give how many candidates CMA-ES usually makes at a time (Hansen 2016, eq. 48)."""
    return LEAST_BATCH + math.floor(3 * math.log(max(ranges, 1)))


def require() -> Any:
    """Import the optimiser.

    Raises
    ------
    CtloopError
        If it is not installed; the message says what to install.
    """
    try:
        return import_module("cmaes")
    except ImportError as error:
        msg = "ctloop search needs an optimiser: pip install cmaes, or pip install '.[search]' here"
        raise CtloopError(msg) from error


class Optimiser:
    """Batches of candidates: `ask` for one, run it, `tell` its scores, ask for the next.

    Parameters
    ----------
    ranges : sequence of Range
    start : int
        Candidates of the first batch, a Sobol sequence.
    batch : int
        Candidates of every further batch.
    seed : int
    """

    def __init__(self, ranges: Sequence[Range], start: int, batch: int, seed: int) -> None:
        self._ranges, self._start, self._batch, self._seed = tuple(ranges), start, batch, seed
        self._kinds = [_kind(r) for r in self._ranges]
        self._asked: list[Point] = []
        self._solutions: list[Any] = []
        self._cma: Any = None

    def ask(self) -> list[Point]:
        """Give the next batch."""
        if self._cma is None:
            self._asked = self._spread()
        else:
            self._solutions = [self._cma.ask() for _ in range(self._batch)]
            self._asked = [self._point(s) for s in self._solutions]
        return list(self._asked)

    def tell(self, scores: Sequence[float]) -> None:
        """Say how good the batch is that was asked for last: a score each, the lower the better."""
        if self._cma is None:
            best = min(range(len(scores)), key=lambda k: scores[k])
            self._cma = self._around(self._asked[best])
        else:
            self._cma.tell(list(zip(self._solutions, map(float, scores), strict=True)))

    def _spread(self) -> list[Point]:
        from scipy.stats import qmc

        sequence = qmc.Sobol(len(self._ranges), scramble=True, seed=self._seed)
        drawn = sequence.random_base2(max(0, math.ceil(math.log2(self._start))))
        return [tuple(map(float, row)) for row in drawn[: self._start]]

    def _around(self, best: Point) -> Any:
        """Open CMA-ES around a point; of each choice the point's value begins with half of the weight."""
        spaces = {kind: [k for k, own in enumerate(self._kinds) if own == kind] for kind in "xzc"}
        levels = [self._ranges[k].places() for k in spaces["c"]]
        odds = np.zeros((len(levels), max(map(len, levels), default=0)))
        for row, places, k in zip(odds, levels, spaces["c"], strict=True):
            row[: len(places)] = 0.5 / (len(places) - 1)
            row[_nearest(places, best[k])] = 0.5
        numbers = [*spaces["x"], *spaces["z"]]
        return require().CatCMAwM(
            x_space=[[0.0, 1.0] for _ in spaces["x"]] or None,
            z_space=[self._ranges[k].places() for k in spaces["z"]] or None,
            c_space=[len(places) for places in levels] or None,
            population_size=self._batch,
            mean=np.array([best[k] for k in numbers]) if numbers else None,
            sigma=SIGMA,
            cov=np.eye(len(numbers)) if numbers else None,
            cat_param=odds if levels else None,
            seed=self._seed,
        )

    def _point(self, solution: Any) -> Point:
        """Bring a solution's numbers, whole numbers and choices into the order of the ranges."""
        parts = {
            "x": iter(() if solution.x is None else solution.x),
            "z": iter(() if solution.z is None else solution.z),
            "c": iter(() if solution.c is None else solution.c),
        }
        point = []
        for one, kind in zip(self._ranges, self._kinds, strict=True):
            found = next(parts[kind])
            point.append(float(one.places()[int(np.argmax(found))] if kind == "c" else found))
        return tuple(point)


def _kind(one: Range) -> str:
    """Sort a range as the optimiser does: x continuous, z several whole numbers, c a choice (or of two)."""
    places = one.places()
    if one.choices or len(places) == 2:
        return "c"
    return "z" if places else "x"


def _nearest(places: Sequence[float], place: float) -> int:
    return min(range(len(places)), key=lambda k: abs(places[k] - place))
