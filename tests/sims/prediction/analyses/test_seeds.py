"""What the analyses share: their seeds with a bar, and how they are found and declared."""

from __future__ import annotations

import subprocess
import sys

import pytest

from circuits.errors import CtloopError
from sims.experiments.request import options_of
from sims.prediction.analyses.declaration import Layer6Request
from sims.prediction.analyses.seeds import each_seed
from sims.prediction.gradient.declaration import ErrorIndexRequest
from sims.report.progress import SilentProgress


class _Recorded(SilentProgress):
    def __init__(self) -> None:
        self.lines: list[tuple[str, object]] = []

    def stage(self, name: str, total: float | None = None) -> None:
        self.lines.append((name, total))

    def update(self, name: str, done: float) -> None:
        self.lines.append((name, done))

    def done(self, name: str) -> None:
        self.lines.append((name, "done"))


def test_seeds_come_one_by_one_and_show_how_far_they_are() -> None:
    shown, seeds = _Recorded(), []
    for seed, report in each_seed(range(7, 9), shown):
        report("compiling", 0.5)
        report("simulating", 0.5)
        seeds.append(seed)
    assert seeds == [7, 8]
    assert shown.lines == [("seeds", 2), ("seeds", 0.5), ("seeds", 1.5), ("seeds", "done")]


def test_several_simulations_of_a_seed_are_parts_of_it() -> None:
    shown = _Recorded()
    for _, report in each_seed([7], shown, simulations=2):
        for fraction in (0.5, 1.0, 0.0, 0.5, 1.0):
            report("simulating", fraction)
    done = [value for _, value in shown.lines[1:-1]]
    assert done == [0.25, 0.5, 0.5, 0.75, 1.0]


def test_an_analysis_of_one_circuit_offers_no_choice_of_it() -> None:
    offered = {f.name for f in options_of(Layer6Request)}
    assert {"memory", "circuit_file", "sequence"}.isdisjoint(offered)
    assert {"memory", "sequence", "seeds", "cycles"} <= {
        f.name for f in options_of(ErrorIndexRequest)
    }


def test_what_cannot_be_is_refused_before_anything_runs() -> None:
    with pytest.raises(CtloopError, match="--cycles takes a whole number of 10 or more"):
        Layer6Request(cycles=0, engine="numpy").check()


def test_declarations_load_nothing_heavy() -> None:
    code = (
        "import sys, sims.prediction.analyses.declaration, sims.benchmarks.declaration; "
        "print([m for m in ('numpy', 'brian2', 'matplotlib', 'networkx') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
