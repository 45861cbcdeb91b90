"""A sweep varies any number of the spec over a grid."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from circuits.errors import CtloopError
from sims.alternation.declaration import AlternationRequest
from sims.cli import main as cli
from sims.lesions.sweep import Sweep, axis

HERE = Path(__file__).parents[1]
D = "V1.L5IB->Pulvinar.TRC.D=300,500,2350ms"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(HERE))
    monkeypatch.chdir(tmp_path)
    return tmp_path


FAKE = ["sweep", "fake_experiment:FAKE", "--scale", ".001", "--workers", "2", "--out", "o"]


def test_one_unit_at_the_end_holds_for_all() -> None:
    assert axis(D).values == ("300ms", "500ms", "2350ms")
    assert axis("V1.L5IB.b = 60, .08nA, 100pA").values == ("60pA", ".08nA", "100pA")
    assert axis("V1.L5IB.tau_w=*0.7,*1.4").values == ("*0.7", "*1.4")
    assert axis("learning.rule=cascade, hebb").values == ("cascade", "hebb")
    assert axis(D).path == "V1.L5IB->Pulvinar.TRC.D"


@pytest.mark.parametrize("text", ["V1.L5IB.b", "=3", "V1.L5IB.b=", "V1.L5IB.b=a,3", "x=1,1"])
def test_what_is_no_axis_is_refused(text: str) -> None:
    with pytest.raises(CtloopError):
        axis(text)


def test_a_star_is_a_factor_on_what_the_spec_has() -> None:
    from circuits.spec import populations, set_parameter
    from thalamus.loop import corticothalamic_loop

    circuit = corticothalamic_loop(0.001)
    changed = set_parameter(circuit, "V1.L5IB.tau_w=*0.5")
    was, now = (populations(c)["V1.L5IB"].cell.tau_w_ms for c in (circuit, changed))
    assert now == 0.5 * was


def test_numbers_joined_by_a_plus_move_together() -> None:
    from circuits.spec import projections

    more = axis("V1.L5IB->Pulvinar.TRC.fibres+modelled=2,8")
    sweep = Sweep((more,), 1, AlternationRequest(scale=0.001))
    sweep.check()
    for point, n in ((("2",), 2), (("8",), 8)):
        projection = projections(sweep.request(point, 0).circuits()[1])["V1.L5IB -> Pulvinar.TRC"]
        assert (projection.fibres, projection.modelled) == (n, n)
    assert sweep.points == [("2",), ("8",)]


def test_the_grid_is_every_combination() -> None:
    sweep = Sweep((axis(D), axis("V1.L5IB.b=60,80pA")), 2, AlternationRequest(scale=0.001))
    assert len(sweep.points) == 6
    assert len(set(sweep.requests())) == 12
    assert sweep.requests()[0].settings == ("V1.L5IB->Pulvinar.TRC.D=300ms", "V1.L5IB.b=60pA")


def test_a_sweep_gives_a_table_a_row_a_run_and_a_figure_a_metric(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [*FAKE, "--vary", D, "--vary", "V1.L5IB.b=60,80pA", "--seeds", "2"]
    assert cli.main(asked) == 0
    shown = capsys.readouterr().out
    assert "mean over 2 seeds" in shown
    assert "2350ms" in shown
    with (here / "o/runs.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 12
    assert {r["V1.L5IB.b"] for r in rows} == {"60pA", "80pA"}
    assert (here / "o/figures/content_outcome.png").is_file()
    again = [*asked[:-1], "2", "--dry-run"]
    assert cli.main(again) == 0
    assert "12 runs, 12 of them done\n" in capsys.readouterr().out


def test_one_and_three_numbers_are_drawn_too() -> None:
    from figures.lesions.sweep import sweep_map

    one = [("V1.L5IB.b", ("60pA", "80pA"))]
    ax = sweep_map(one, {("60pA",): 1.0, ("80pA",): None}, "content_outcome")
    assert ax.get_xlabel() == "V1.L5IB.b (pA)"
    three = [("a", ("1", "2")), ("b", ("1", "2", "3")), ("c", ("x1", "x2"))]
    points = {(a, b, c): float(a) * float(b) for a in "12" for b in "123" for c in ("x1", "x2")}
    assert len(sweep_map(three, points, "content_outcome").figure.axes) == 3


@pytest.mark.parametrize(
    ("vary", "says"),
    [
        ([], "nothing to vary"),
        (["--vary", "V1.L5IBB.b=1,2pA"], "nearest: V1.L5IB"),
        (["--vary", "V1.L5IB.b=1,2ms"], "is a time"),
        (["--vary", D, "--vary", D], "varied twice"),
        (["--vary", D, "--seeds", "0"], "1 or more"),
    ],
)
def test_what_cannot_be_varied_is_refused_before_anything_runs(
    here: Path, capsys: pytest.CaptureFixture[str], vary: list[str], says: str
) -> None:
    assert cli.main([*FAKE, *vary]) == 2
    assert says in capsys.readouterr().err
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (["--vary", D, "evoked"], "write the experiment first: ctloop sweep evoked"),
        (["--vary", D, "evokd"], "nearest: evoked"),
        (["evokd", "--vary", D], "nearest: evoked"),
    ],
)
def test_the_options_are_those_of_the_experiment_that_comes_first(
    here: Path, capsys: pytest.CaptureFixture[str], asked: list[str], says: str
) -> None:
    assert cli.main(["sweep", *asked, "--scale", ".001"]) == 2
    assert says in capsys.readouterr().err
    assert list(here.iterdir()) == []


def test_a_sweep_of_a_lesioned_circuit_has_the_lesion_in_every_run(here: Path) -> None:
    asked = [*FAKE, "--vary", "V1.L5IB.b=60,80pA", "--seeds", "1", "--lesion", "TRN", "--quiet"]
    assert cli.main([*asked, "--no-figures"]) == 0
    assert (here / "runs/store/started.txt").read_text() == "0 TRN\n0 TRN\n"
