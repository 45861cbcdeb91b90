"""How good a candidate is: its runs' distances to the goals, over the seeds."""

from __future__ import annotations

from dataclasses import dataclass

from sims.search.goals import Target
from sims.search.ledger import Ledger, Run
from sims.search.plan import Candidate, Search


@dataclass(frozen=True)
class Scored:
    """A candidate and its runs.

    The distance of a run is the mean of its distances to the goals (`sims.search.goals`); a run that failed
    has distance 1. The score is (1 - w) times the mean over the seeds plus w times the worst seed.

    Attributes
    ----------
    candidate : Candidate
    targets : tuple of Target
    runs : dict of int to Run
        By seed; a candidate that was given up has fewer.
    worst_weight : float
        w.
    stopped : bool
        Whether it was given up after its first seed.
    """

    candidate: Candidate
    targets: tuple[Target, ...]
    runs: dict[int, Run]
    worst_weight: float = 0.0
    stopped: bool = False

    def distance(self, seed: int) -> float:
        """Give the mean distance of one run to the goals, 0 to 1."""
        run = self.runs[seed]
        found = [1.0 if run.error else t.distance(run.metrics.get(t.metric)) for t in self.targets]
        return sum(found) / len(found)

    @property
    def mean(self) -> float:
        """The mean distance over the seeds."""
        return sum(map(self.distance, self.runs)) / len(self.runs)

    @property
    def worst_seed(self) -> int:
        """The seed that is farthest from the goals, the first of equals."""
        return max(self.runs, key=self.distance)

    @property
    def score(self) -> float:
        """0 where all seeds meet all goals, at most 1."""
        w = self.worst_weight
        return (1 - w) * self.mean + w * self.distance(self.worst_seed)

    @property
    def failed(self) -> int:
        """How many runs failed."""
        return sum(bool(run.error) for run in self.runs.values())

    @property
    def solves(self) -> bool:
        """Whether all goals are met on all seeds."""
        return not self.stopped and self.score == 0

    def values(self, target: Target) -> list[float]:
        """List a goal's metric over the seeds that have it."""
        found = (run.metrics.get(target.metric) for run in self.runs.values() if not run.error)
        return [value for value in found if value is not None]

    def met(self, target: Target) -> int:
        """Count the seeds that meet a goal."""
        return sum(target.distance(value) == 0 for value in self.values(target))


def scored(
    search: Search, ledger: Ledger, candidate: Candidate, *, stopped: bool = False
) -> Scored:
    """Score a candidate by the runs it has."""
    runs = {s: run for s in search.seeds if (run := ledger.find(candidate, s)) is not None}
    if stopped:
        runs = {search.seeds[0]: runs[search.seeds[0]]}
    return Scored(candidate, search.targets, runs, search.worst, stopped)


def ranked(found: list[Scored]) -> list[Scored]:
    """Sort candidates from the best on; those that were given up come last."""
    return sorted(
        found, key=lambda s: (s.stopped, s.score, s.distance(s.worst_seed), s.candidate.number)
    )
