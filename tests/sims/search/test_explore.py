"""A search finds what meets its goals, goes on where it was stopped, and survives runs that fail."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from circuits.errors import CtloopError, UnknownName
from sims.experiments import Request
from sims.report.progress import SilentProgress
from sims.runs.pool import Outcome
from sims.search.explore import Explorer, promising
from sims.search.goals import Target
from sims.search.ledger import Ledger, Run
from sims.search.plan import Candidate, Search
from sims.search.ranges import read_range
from sims.search.report import rows, screen
from sims.search.scores import Scored, ranked


@dataclass
class Runs:
    """Stands for the pool: a run's metrics are read off its settings at once."""

    folder: Path
    fails: Callable[[Request], bool] = lambda request: False
    stop_after: int = 10**6
    made: list[Request] = field(default_factory=list)

    def __call__(self, requests: list[Request], done: Callable[[Outcome], None]) -> None:
        for request in requests:
            if len(self.made) >= self.stop_after:
                raise KeyboardInterrupt
            self.made.append(request)
            folder = self.folder / f"run-{len(self.made)}"
            if self.fails(request):
                done(Outcome(request, folder, "V1 ran away"))
                continue
            folder.mkdir(parents=True)
            (folder / "metrics.json").write_text(json.dumps(self.metrics(request)))
            done(Outcome(request, folder))

    @staticmethod
    def metrics(request: Request) -> dict[str, Any]:
        given = dict(text.split("=") for text in request.settings)
        x, y = float(given.get("A.x", 0)), float(given.get("A.y", 0))
        return {"x": x + 0.01 * request.seed, "y": y, "silent": None, "silent_reason": "no spikes"}


def search(**changes: Any) -> Search:
    usual = Search(
        ranges=(read_range("A.x=0..10"), read_range("A.y=0..10")),
        targets=(Target("x", 6, 6.5), Target("y", 2, 2.5)),
        seeds=(0, 1, 2), base=Request(), candidates=60, start=12, batch=6,
    )  # fmt: skip
    return replace(usual, **changes)


def explore(asked: Search, folder: Path, runs: Runs, **more: Any) -> list[Scored]:
    folder.mkdir(exist_ok=True)
    return Explorer(asked, Ledger(folder), runs, SilentProgress(), **more).explore()


def test_it_finds_what_meets_all_goals_and_stops_there(tmp_path: Path) -> None:
    found = explore(search(candidates=300), tmp_path / "o", Runs(tmp_path))
    best = ranked(found)[0]
    assert best.solves
    assert len(found) < 300
    assert found[0].candidate == Candidate(0)
    assert found[0].score > 0.5


@pytest.mark.parametrize("screen", [False, True])
def test_a_search_that_was_stopped_tries_the_same_candidates_and_repeats_no_run(
    tmp_path: Path, screen: bool
) -> None:
    asked = search(candidates=30, screen=screen)
    whole = explore(asked, tmp_path / "whole", Runs(tmp_path / "a"), go_on=True)
    total = sum(len(s.runs) for s in whole)
    for stop in (10, 40):
        with pytest.raises(KeyboardInterrupt):
            explore(asked, tmp_path / "o", Runs(tmp_path / f"b{stop}", stop_after=stop), go_on=True)
        assert len(Ledger(tmp_path / "o")) in (10, 50)
    last = Runs(tmp_path / "c")
    again = explore(asked, tmp_path / "o", last, go_on=True)
    assert len(last.made) == total - 50
    assert [s.candidate for s in again] == [s.candidate for s in whole]
    assert rows(asked, again) == rows(asked, whole)


def test_more_candidates_begin_with_the_same_ones(tmp_path: Path) -> None:
    few = explore(search(candidates=20), tmp_path / "a", Runs(tmp_path / "ra"), go_on=True)
    more = explore(search(candidates=26), tmp_path / "b", Runs(tmp_path / "rb"), go_on=True)
    assert [s.candidate for s in more][: len(few)] == [s.candidate for s in few]


def test_runs_that_fail_count_as_the_worst_and_do_not_stop_it(tmp_path: Path) -> None:
    asked = search(candidates=30)
    runs = Runs(tmp_path)
    runs.fails = lambda r: bool(r.settings) and float(r.settings[0].split("=")[1]) > 5
    found = explore(asked, tmp_path / "o", runs, go_on=True)
    failed = [s for s in found if s.failed]
    assert len(found) == 31
    assert failed
    assert all(s.score == 1 and s.failed == 3 for s in failed)
    assert "with runs that failed" in screen(asked, found)


def test_a_search_in_which_nothing_runs_ends_with_the_reason_and_can_begin_again(
    tmp_path: Path,
) -> None:
    with pytest.raises(CtloopError, match="V1 ran away"):
        explore(search(), tmp_path / "o", Runs(tmp_path, fails=lambda r: True))
    assert len(Ledger(tmp_path / "o")) == 0


def test_a_goal_of_a_metric_that_no_run_has_ends_it_at_once(tmp_path: Path) -> None:
    runs = Runs(tmp_path)
    with pytest.raises(UnknownName, match="nearest: x"):
        explore(search(targets=(Target("xx", 0, 1),)), tmp_path / "o", runs)
    assert len(runs.made) == 1


def test_a_metric_without_a_value_counts_as_the_worst(tmp_path: Path) -> None:
    asked = search(targets=(Target("silent", 0, 1),), candidates=12)
    found = explore(asked, tmp_path / "o", Runs(tmp_path))
    assert {s.score for s in found} == {1.0}
    assert "-" in screen(asked, found)


def test_screening_gives_up_the_worse_half_after_one_seed(tmp_path: Path) -> None:
    asked = search(candidates=30, screen=True)
    found = explore(asked, tmp_path / "o", Runs(tmp_path), go_on=True)
    first = found[1:13]
    assert sum(s.stopped for s in first) == 6
    assert {len(s.runs) for s in found if s.stopped} == {1}
    assert (
        max(s.score for s in first if not s.stopped)
        <= min(s.score for s in first if s.stopped) + 0.05
    )
    assert not ranked(found)[0].stopped


def test_who_is_as_good_as_the_best_so_far_goes_on_whatever_its_half() -> None:
    def one(number: int, value: float, stopped: bool = True) -> Scored:
        run = Run({"x": value})
        return Scored(Candidate(number), (Target("x", 0, 1),), {0: run}, 0.0, stopped)

    batch = [one(1, 1.5), one(2, 1.6), one(3, 1.7), one(4, 4)]
    assert promising(batch, []) == {1, 2}
    assert promising(batch, [one(9, 2, stopped=False)]) == {1, 2, 3}


def test_the_score_weighs_the_worst_seed() -> None:
    runs = {3: Run({"x": 1.0}), 4: Run({"x": 2.0}), 5: Run({}, "ran away")}
    one = Scored(Candidate(1), (Target("x", 0, 1),), runs)
    assert one.mean == one.score == pytest.approx((0 + 0.5 + 1) / 3)
    assert one.worst_seed == 5
    assert replace(one, worst_weight=0.5).score == pytest.approx(0.75)


def test_numbers_that_cannot_be_together_are_a_failed_run(tmp_path: Path) -> None:
    @dataclass(frozen=True, kw_only=True)
    class Picky(Request):
        def identity(self) -> dict[str, Any]:
            if len(self.settings) == 2 and float(self.settings[0].split("=")[1]) > 8:
                msg = "A has a fraction above 1"
                raise CtloopError(msg)
            return super().identity()

    found = explore(search(base=Picky(), candidates=12), tmp_path / "o", Runs(tmp_path))
    bad = [s for s in found if s.failed]
    assert bad
    assert all("fraction above 1" in s.runs[0].error for s in bad)
