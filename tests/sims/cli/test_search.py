"""`ctloop search` on the command line: plan, folder, continuation, refusals."""

from __future__ import annotations

import csv
import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sims.cli import main as cli
from sims.cli import many
from sims.cli.search import seeds_of
from sims.experiments import Request
from sims.runs.pool import Outcome

HERE = Path(__file__).parents[1]
B = ["--vary", "V1.L5IB.b=40..120pA"]
FAKE = ["search", "fake_experiment:FAKE", "--scale", ".001", "--out", "o"]
#: No circuit meets it.
GOAL = ["--goals", "content_outcome>=.9", "content_prediction in 2..3"]


class Here:
    """Stands for the pool: made-up metrics at once, for so many runs before it is interrupted."""

    def __init__(self) -> None:
        self.left = 10**6

    def __call__(
        self,
        arguments: Any,
        requests: list[Request],
        shown: Any,
        on_done: Callable[[Outcome], None],
    ) -> dict[Request, Outcome]:
        store = arguments.store.resolve()
        for request in requests:
            if self.left == 0:
                raise KeyboardInterrupt
            self.left -= 1
            folder = store / f"run-{len(list(store.iterdir()))}"
            folder.mkdir()
            metrics = {"content_outcome": 0.9 + 0.01 * request.seed, "content_prediction": 1.0}
            (folder / "metrics.json").write_text(json.dumps(metrics))
            on_done(Outcome(request, folder))
        return {}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Here:
    runs = Here()
    monkeypatch.syspath_prepend(str(HERE))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(many, "run_here", runs)
    (tmp_path / "runs/store").mkdir(parents=True)
    return runs


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_search_leaves_tables_a_figure_and_a_command_that_runs_the_best(
    here: Here, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [*FAKE, *B, "--seeds", "10-11", "--candidates", "4", "--start", "4", *GOAL]
    assert cli.main(asked) == 0
    shown = capsys.readouterr().out
    rows = table(tmp_path / "o/candidates.csv")
    assert [r["candidate"] for r in rows] == ["0", "1", "2", "3", "4"]
    assert float(rows[1]["content_outcome_min"]) <= float(rows[1]["content_outcome_max"])
    assert {r["seed"] for r in table(tmp_path / "o/runs.csv")} == {"10", "11"}
    assert (tmp_path / "o/figures/search.png").is_file()
    assert (tmp_path / "o/best.txt").read_text().strip() in shown
    (line,) = [text for text in shown.splitlines() if text.startswith("ctloop run")]
    _, *words = shlex.split(line)
    assert f"V1.L5IB.b={rows[1]['V1.L5IB.b']}" in words
    assert words[words.index("--seed") + 1] in ("10", "11")
    assert cli.main(["show", "o"]) == 0


def test_a_finished_search_can_be_collected_with_its_command(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [*FAKE, *B, "--seeds", "10", "--seed", "4", "--candidates", "1", *GOAL, "--no-figures"]
    monkeypatch.setattr("sys.argv", ["ctloop", *asked])
    assert cli.main([*asked, "--seeds", "1", "--quiet"]) == 0
    assert cli.main(["results", "--collect", "o", "--into", "o.csv"]) == 0
    comment, head, first, *_ = (tmp_path / "o.csv").read_text().splitlines()
    assert comment.startswith("# ctloop search fake_experiment:FAKE")
    assert head.startswith("label,seed,content_outcome")
    assert first.startswith('"candidate=0, settings=",4,')


def test_ctrl_c_keeps_what_is_finished_and_the_same_command_goes_on(
    here: Here, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [*FAKE, *B, "--seeds", "2", "--candidates", "5", *GOAL, "--no-figures"]
    here.left = 7
    assert cli.main(asked) == 2
    assert "go on with the same command and --out o" in capsys.readouterr().err
    assert not (tmp_path / "o").exists()
    assert len(table(tmp_path / "o.unfinished/runs.csv")) == 7
    assert cli.main([*asked[:-1], "--seeds", "3"]) == 2
    assert "differs in seeds" in capsys.readouterr().err
    here.left = 5
    assert cli.main(asked) == 0
    assert here.left == 0
    assert len(table(tmp_path / "o/runs.csv")) == 12


def test_a_dry_run_says_what_it_would_do_and_leaves_nothing(
    here: Here, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([*FAKE, *B, *GOAL, "--candidates", "9", "--seeds", "5,7", "--dry-run"]) == 0
    shown = capsys.readouterr().out
    assert "at most 20 runs; to simulate: at most 200 circuit seconds" in shown
    assert "seeds 5, 7" in shown
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ([], "nothing to vary"),
        (["--vary", "V1.L5IBB.b=1..2pA"], "nearest: V1.L5IB"),
        (["--vary", "V1.L5IB.bb=1..2pA"], "unknown parameter of V1.L5IB"),
        (["--vary", "V1.L5IB.b=1..2ms"], "is a time"),
        (["--vary", "V1.L5IB.b=2..1pA"], "no range"),
        (["--vary", "V1.L5IB.b=5pA"], "cannot read"),
        (["--vary", "V1.L5IB.count=40..80"], "40..80 whole"),
        (["--vary", "V1.L5IB->Pulvinar.TRC.U=.5..2"], "out of range"),
        ([*B, "--vary", "V1.L5*.b=*.5..2"], "varied twice"),
        ([*B, "--goals", "content>=1"], "unknown metric"),
        ([*B, "--seeds", "0"], "--seeds takes"),
        ([*B, "--seeds", "4-1"], "--seeds takes"),
        ([*B, "--seeds", "1,1"], "--seeds takes"),
        ([*B, "--candidates", "0"], "1 or more"),
        ([*B, "--batch", "2"], "4 or more"),
        ([*B, "--worst", "2"], "0 to 1"),
        ([*B, "--workers", "0"], "--workers takes"),
    ],
)
def test_what_cannot_be_searched_is_one_line_before_anything_runs(
    here: Here, tmp_path: Path, capsys: pytest.CaptureFixture[str], asked: list[str], says: str
) -> None:
    goals = [] if "--goals" in asked else GOAL
    assert cli.main([*FAKE, *asked, *goals]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1
    assert not list(tmp_path.glob("o*"))


def test_the_experiment_comes_first(here: Here, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["search", *B, "evoked"]) == 2
    assert "write the experiment first: ctloop search evoked" in capsys.readouterr().err


def test_seeds_are_a_number_a_range_or_a_list() -> None:
    assert seeds_of("3", 100) == (100, 101, 102)
    assert seeds_of("1000-1002", 0) == (1000, 1001, 1002)
    assert seeds_of("3,7-8", 0) == (3, 7, 8)
