"""The search itself: batch after batch of candidates is run, scored, and told to the optimiser.

With `screen`, every candidate is first run with the first seed alone. The better half of the batch by that
seed goes on to the others, and so does whatever scores there no worse than the best candidate so far does over
all seeds. The others are given up; the optimiser is told their score on the first seed, or the worst
of those that went on if that is worse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from circuits.errors import CtloopError, UnknownName
from circuits.runs.store import read_metrics
from sims.experiments import Request
from sims.report.progress import Progress
from sims.runs.pool import Outcome
from sims.search.ledger import Ledger, Run, numbers
from sims.search.optimiser import Optimiser
from sims.search.plan import Candidate, Search
from sims.search.scores import Scored, ranked, scored

#: Makes runs, and calls with each as it ends; see `sims.runs.pool.run_all`.
Runner = Callable[[list[Request], Callable[[Outcome], None]], None]
#: The circuit as it is, for comparison.
AS_IT_IS = Candidate(0)
_STAGE = "candidates"


@dataclass
class Explorer:
    """A search that is under way.

    Attributes
    ----------
    search : Search
    ledger : Ledger
        Its runs so far, those of a search that was stopped among them.
    run : callable
    progress : Progress
    changed : callable
        Called with the candidates so far whenever there are more.
    go_on : bool
        Whether to go on after a candidate that meets all goals on all seeds.
    """

    search: Search
    ledger: Ledger
    run: Runner
    progress: Progress
    changed: Callable[[list[Scored]], None] = lambda found: None
    go_on: bool = False
    _fresh_from: int | None = field(default=None, init=False)

    def explore(self) -> list[Scored]:
        """Try all candidates.

        Returns
        -------
        list of Scored
            In the order in which they were tried, the circuit as it is first.

        Raises
        ------
        CtloopError
            If no run of the first batch succeeds, a goal's metric is one that no run has, or the disk
            is full. What was finished stays in the ledger.
        """
        optimiser = Optimiser(
            self.search.ranges, self.search.start, self.search.batch, self.search.optimiser_seed
        )
        found: list[Scored] = []
        for batch in self._batches(optimiser):
            first = not found
            asked = [AS_IT_IS, *batch] if first else batch
            done = self._try(asked, found)
            if first:
                self._refuse_if_all_failed(done)
            found += done
            self.changed(found)
            self._note(found, batch)
            tried = done[1:] if first else done
            if any(s.solves for s in tried) and not self.go_on:
                break
            if len(tried) == (self.search.start if first else self.search.batch):
                optimiser.tell(_told(tried))
        self.progress.done(_STAGE)
        return found

    def _batches(self, optimiser: Optimiser) -> Iterator[list[Candidate]]:
        """Give the batches; the last one may be shorter."""
        number = 1
        while number <= self.search.candidates:
            points = optimiser.ask()[: self.search.candidates + 1 - number]
            yield [self.search.candidate(number + k, p) for k, p in enumerate(points)]
            number += len(points)

    def _try(self, batch: list[Candidate], before: list[Scored]) -> list[Scored]:
        search = self.search
        tried = sum(s.candidate.number > 0 for s in before)
        if not search.screen or len(search.seeds) == 1:
            self._make(batch, search.seeds, tried)
            return [scored(search, self.ledger, c) for c in batch]
        self._make(batch, search.seeds[:1], tried)
        first = [scored(search, self.ledger, c, stopped=True) for c in batch]
        on = promising([s for s in first if s.candidate.number], before)
        going = [c for c in batch if c.number == 0 or c.number in on]
        self._make(going, search.seeds[1:], tried)
        return [scored(search, self.ledger, c, stopped=c not in going) for c in batch]

    def _make(self, batch: Sequence[Candidate], seeds: Sequence[int], tried: int) -> None:
        """Make the runs that are not in the ledger yet."""
        missing: dict[Request, list[tuple[Candidate, int]]] = {}
        for seed in seeds:
            for candidate in batch:
                if self.ledger.find(candidate, seed) is not None:
                    continue
                try:
                    request = self.search.request(candidate, seed)
                    request.identity()
                except CtloopError as error:  # numbers that cannot be together
                    self.ledger.add(candidate, seed, Run({}, str(error)))
                    continue
                missing.setdefault(request, []).append((candidate, seed))
        if not missing:
            return
        if self._fresh_from is None:  # the time left is read from runs that are made now
            self._fresh_from = tried
            self.progress.stage(_STAGE, self.search.candidates - tried)
        total = len(missing)
        share = sum(c.number > 0 for c in batch) / total

        def done(outcome: Outcome) -> None:
            for candidate, seed in missing.pop(outcome.request, ()):
                self.ledger.add(candidate, seed, self._read(outcome))
            made = tried - (self._fresh_from or 0) + share * (total - len(missing))
            self.progress.update(_STAGE, made)

        self.run(list(missing), done)

    def _read(self, outcome: Outcome) -> Run:
        if outcome.error:
            return Run({}, outcome.error, str(outcome.folder))
        metrics = numbers(read_metrics(outcome.folder))
        for target in self.search.targets:
            if target.metric not in metrics:
                raise UnknownName("metric", target.metric, metrics)
        return Run(metrics, "", str(outcome.folder))

    def _refuse_if_all_failed(self, done: list[Scored]) -> None:
        if all(s.failed == len(s.runs) for s in done):
            why = next(iter(done[0].runs.values())).error
            self.ledger.clear()
            msg = (
                f"no run of the first {len(done)} circuits succeeded, so nothing is searched: {why}"
            )
            raise CtloopError(msg)

    def _note(self, found: list[Scored], batch: list[Candidate]) -> None:
        best = ranked([s for s in found if s.candidate.number])[0]
        numbers_of = f"{batch[0].number} to {batch[-1].number} of {self.search.candidates}"
        self.progress.note(
            f"candidates {numbers_of}: best score {best.score:.3g} (candidate {best.candidate.number})"
            + (f"; as it is {found[0].score:.3g}" if batch[0].number == 1 else "")
        )


def promising(first: list[Scored], before: list[Scored]) -> set[int]:
    """Choose whose first seed lets them go on to the others, see the top of this module.

    Parameters
    ----------
    first : list of Scored
        A batch, each with its first seed alone.
    before : list of Scored
        The candidates of earlier batches.

    Returns
    -------
    set of int
        Numbers of candidates.
    """
    order = sorted(first, key=lambda s: (s.score, s.candidate.number))
    half = {s.candidate.number for s in order[: (len(order) + 1) // 2]}
    whole = [s.score for s in before if not s.stopped and s.candidate.number]
    return half | {s.candidate.number for s in first if whole and s.score <= min(whole)}


def _told(batch: list[Scored]) -> list[float]:
    """Give the scores that the optimiser is told: who was given up is no better than who went on."""
    floor = max((s.score for s in batch if not s.stopped), default=0.0)
    return [max(s.score, floor) if s.stopped else s.score for s in batch]
