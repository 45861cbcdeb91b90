"""A search: what is varied, what is aimed at, on which seeds, and how many candidates are tried."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from circuits.errors import CtloopError
from sims.experiments import CircuitRequest, Request, experiment
from sims.runs.address import by_content, version
from sims.runs.perform import written
from sims.search.goals import Target
from sims.search.optimiser import Point
from sims.search.ranges import Range, expanded


@dataclass(frozen=True, slots=True)
class Candidate:
    """One circuit that is tried.

    Attributes
    ----------
    number : int
        From 1, in the order in which they are tried; 0 is the circuit as it is.
    values : tuple of str
        Of every range; none for the circuit as it is.
    settings : tuple of str
        What is set to get it.
    """

    number: int
    values: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Search:
    """What is searched, and how.

    Attributes
    ----------
    ranges : tuple of Range
    targets : tuple of Target
    seeds : tuple of int
        Every candidate is run with each of them.
    base : Request
        What all runs have in common.
    candidates : int
        How many are tried.
    start, batch : int
        Candidates of the first batch, spread evenly, and of each further one.
    screen : bool
        Whether a candidate that its first seed shows to be poor is given up, see `sims.search.explore`.
    worst : float
        The weight of the worst seed in a candidate's score, 0-1.
    optimiser_seed : int
    """

    ranges: tuple[Range, ...]
    targets: tuple[Target, ...]
    seeds: tuple[int, ...]
    base: Request
    candidates: int
    start: int
    batch: int
    screen: bool = False
    worst: float = 0.0
    optimiser_seed: int = 0

    def candidate(self, number: int, point: Point) -> Candidate:
        """Give the candidate at a point."""
        values = tuple(r.value(place) for r, place in zip(self.ranges, point, strict=True))
        settings = (s for r, v in zip(self.ranges, values, strict=True) for s in r.settings(v))
        return Candidate(number, values, tuple(settings))

    def request(self, candidate: Candidate, seed: int) -> Request:
        """Give the run of a candidate and a seed."""
        return replace(self.base, seed=seed).with_changes((), candidate.settings)

    def identity(self) -> dict[str, Any]:
        """Give all that decides which candidates are tried and what they score, but for their number."""
        asked = experiment(self.base.experiment)
        return {
            "search of": self.base.experiment,
            "version": version(asked.modules),
            "base": by_content(written(replace(self.base, seed=0))),
            "vary": {r.path: str(r) for r in self.ranges},
            "goals": [str(t) for t in self.targets],
            "seeds": list(self.seeds),
            "start": self.start,
            "batch": self.batch,
            "screen": self.screen,
            "worst": self.worst,
            "search_seed": self.optimiser_seed,
        }

    def check(self) -> None:
        """Refuse what cannot be varied, before anything runs: both ends and the middle of each range.

        Raises
        ------
        CtloopError
            From `circuits.spec.set_parameter`.
        """
        names = [s.partition("=")[0].replace(" ", "") for r in self.ranges for s in r.settings("1")]
        twice = next((n for n in names if names.count(n) > 1), None)
        if twice is not None:
            msg = f"{twice} is varied twice; give one range for it"
            raise CtloopError(msg)
        self.base.check_inputs()
        middle = self.candidate(0, (0.5,) * len(self.ranges)).values
        for i, one in enumerate(self.ranges):
            for place in one.places() if one.choices else (0.0, 0.47, 1.0):
                values = [*middle[:i], one.value(place), *middle[i + 1 :]]
                self._check_values(values, one)

    def _check_values(self, values: list[str], varied: Range) -> None:
        pairs = zip(self.ranges, values, strict=True)
        settings = tuple(s for r, v in pairs for s in r.settings(v))
        try:
            self.request(Candidate(0, settings=settings), self.seeds[0]).identity()
        except CtloopError as error:
            if "whole number" in str(error) and not varied.whole:
                msg = f'{error}; write "{varied.label}={varied} whole"'
                raise CtloopError(msg) from error
            raise


def spelt_out(ranges: tuple[Range, ...], base: Request) -> tuple[Range, ...]:
    """Replace every * of an owner's name by the owners it matches in the circuit.

    Raises
    ------
    CtloopError
        If nothing is varied, or a name matches nothing.
    """
    if not ranges:
        msg = 'nothing to vary; write for example --vary "V1.L5IB.b=40..120pA"'
        raise CtloopError(msg)
    if not isinstance(base, CircuitRequest):
        return ranges
    return tuple(expanded(one, lambda: base.circuits()[0]) for one in ranges)
