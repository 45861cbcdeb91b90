"""Battery files: every entry counts, the command line wins, what is unknown is an error."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from circuits.errors import CtloopError, UnknownName
from sims.cli import main as cli
from sims.cli.lesion import plan
from sims.cli.many import asked_experiment
from sims.lesions.battery import Battery
from sims.lesions.files import read_battery

CHECKOUT = Path(__file__).parents[3]
CUT = "V1.L5IB -> Pulvinar.TRC"


def planned(*words: str) -> Battery:
    """Read the battery that a command line asks for."""
    given = ["lesion", *words, "--scale", ".001", "--engine", "numpy"]
    arguments, _ = cli.parser(given).parse_known_args(given)
    return plan(asked_experiment(given), arguments)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "b.toml"


def refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Give the one line in which a command line is refused."""
    assert cli.main(["lesion", *words, "--dry-run"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    return err


def test_a_battery_file_holds_many_lesions_with_names_and_doses(tmp_path: Path) -> None:
    path = tmp_path / "b.toml"
    path.write_text(
        'seeds = 4\nduration_s = 2\n[[lesion]]\nname = "no drivers"\n'
        f'lesion = "{CUT}"\ndose = [0.5, 1]\n[[lesion]]\nlesion = "TRN"\n'
    )
    arms, options = read_battery(path)
    assert [a.name for a in arms] == [
        "no drivers (dose 0.5)", "no drivers (dose 1)", "silence TRN"]  # fmt: skip
    assert arms[0].lesion == f"cut {CUT} 0.5"
    assert options == {"seeds": 4, "duration_s": 2}
    path.write_text('[[lesion]]\nset = ["V1.L5IB.tau_w=126ms"]\n')
    ((arm,), _) = read_battery(path)
    assert (arm.lesion, arm.settings) == ("", ("V1.L5IB.tau_w=126ms",))
    path.write_text('sedes = 4\n[[lesion]]\nlesion = "TRN"\n')
    with pytest.raises(UnknownName, match="seeds"):
        read_battery(path)
    path.write_text("seeds = 4\n")
    with pytest.raises(CtloopError, match=r"no .*lesion"):
        read_battery(path)


def test_the_circuit_that_lesions_are_compared_with_has_none() -> None:
    battery = planned("TRN", CUT, "--dose", "0,1")
    assert battery.base.lesions == ()
    intact = battery.request(None, 0)
    none, whole = (battery.request(arm, 0) for arm in battery.arms[:2])
    assert none.identity() == intact.identity() != whole.identity()


# --- the entries of a file -----------------------------------------------------------------------


def test_the_experiment_of_the_file_is_the_one_that_runs(file: Path) -> None:
    file.write_text('experiment = "evoked"\n[[lesion]]\nlesion = "TRN"\n')
    battery = planned("--battery", str(file))
    assert battery.base.experiment == "evoked"
    assert "gain_lgn" in battery.primary


def test_every_option_of_the_file_reaches_the_runs(file: Path) -> None:
    file.write_text(
        'seeds = 4\nseed = 7\ncontrast = 0.5\nduration_s = 2\ncondition = "congruent"\n'
        'without_l6 = true\nsettings = ["V1.L5IB.b=80pA"]\n[[lesion]]\nlesion = "TRN"\n'
    )
    battery = planned("--battery", str(file))
    base = battery.base
    assert list(battery.seed_numbers) == [7, 8, 9, 10]
    assert (base.contrast, base.duration_s, base.condition) == (0.5, 2.0, "congruent")  # type: ignore[attr-defined]
    assert base.without_l6 is True  # type: ignore[attr-defined]
    assert base.settings == ("V1.L5IB.b=80pA",)


@pytest.mark.parametrize(
    ("option", "value", "field", "wins"),
    [
        ("--contrast", "1.0", "contrast", 1.0),  # the default, and given all the same
        ("--duration", "10", "duration_s", 10.0),
        ("--condition", "conflict", "condition", "conflict"),
        ("--seed", "0", "seed", 0),
        ("--stimulus", "grating:45", "stimulus", "grating:45"),
    ],
)
def test_the_command_line_wins_over_the_file(
    file: Path, option: str, value: str, field: str, wins: object
) -> None:
    file.write_text(
        'seeds = 4\nseed = 7\ncontrast = 0.5\nduration_s = 2\ncondition = "congruent"\n'
        'stimulus = "blank"\n[[lesion]]\nlesion = "TRN"\n'
    )
    before, after = planned("--battery", str(file)), planned("--battery", str(file), option, value)
    assert getattr(before.base, field) != wins
    assert getattr(after.base, field) == wins


def test_the_command_line_wins_over_seeds_and_doses_of_the_file(file: Path) -> None:
    file.write_text(
        f'seeds = 4\ndose = [0.1]\n[[lesion]]\nlesion = "{CUT}"\n'
        '[[lesion]]\nlesion = "TRN"\ndose = [0.2, 0.3]\n'
    )
    assert [a.dose for a in planned("--battery", str(file)).arms] == [0.1, 0.2, 0.3]
    battery = planned("--battery", str(file), "--seeds", "2", "--dose", "1")
    assert battery.seeds == 2
    assert [a.dose for a in battery.arms] == [1.0, 1.0]


def test_of_two_settings_for_one_number_that_of_the_command_line_counts(file: Path) -> None:
    file.write_text('settings = ["V1.L5IB.b=80pA"]\n[[lesion]]\nlesion = "TRN"\n')
    base = planned("--battery", str(file), "--set", "V1.L5IB.b=90pA").base
    assert base.identity() == planned("TRN", "--set", "V1.L5IB.b=90pA").base.identity()


def test_the_experiment_of_the_command_line_wins_and_refuses_options_it_does_not_know(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text('experiment = "alternation"\nduration_s = 2\n[[lesion]]\nlesion = "TRN"\n')
    battery = planned("--battery", str(file), "--experiment", "evoked")
    assert battery.base.experiment == "evoked"
    assert battery.base.duration_s == 2.0  # type: ignore[attr-defined]
    file.write_text('experiment = "alternation"\ncondition = "none"\n[[lesion]]\nlesion = "TRN"\n')
    line = refused(["--battery", str(file), "--experiment", "evoked"], capsys)
    assert "for evoked 'condition'" in line


def test_an_option_of_a_row_is_of_that_row_alone(file: Path) -> None:
    file.write_text('[[lesion]]\nname = "low"\ncontrast = 0.25\n[[lesion]]\nlesion = "TRN"\n')
    battery = planned("--battery", str(file), "--contrast", "0.5")
    low, trn = battery.arms
    contrasts = [battery.request(arm, 0).contrast for arm in (None, low, trn)]  # type: ignore[attr-defined]
    assert contrasts == [0.5, 0.25, 0.5]


def test_a_battery_of_the_prediction_runs_one_seed_a_run(file: Path) -> None:
    file.write_text('experiment = "prediction"\nseeds = 5\n[[lesion]]\nlesion = "TRN"\n')
    battery = planned("--battery", str(file), "--epochs", "2", "--workers", "3")
    assert battery.seeds == 5
    assert {r.seeds for r in battery.requests()} == {1}  # type: ignore[attr-defined]
    assert {r.epochs for r in battery.requests()} == {2}  # type: ignore[attr-defined]


# --- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('contrsat = 0.5\n[[lesion]]\nlesion = "TRN"', "nearest: contrast"),
        ('[[lesion]]\nlesion = "TRN"\ncontrsat = 0.5', "nearest: contrast"),
        ('experiment = "evokd"\n[[lesion]]\nlesion = "TRN"', "nearest: evoked"),
        ('contrast = "high"\n[[lesion]]\nlesion = "TRN"', "contrast takes a number"),
        ('contrast = 2\n[[lesion]]\nlesion = "TRN"', "--contrast takes a fraction"),
        ('[[lesion]]\nname = "x"\ncontrast = 2', "--contrast takes a fraction"),
        ('[[lesion]]\nname = "x"\nseed = 3', "nearest: set"),
        ('[[lesion]]\nname = "x"\nset = "V1.L5IB.b=80pA"', "set takes a list"),
        ('[[lesion]]\nset = ["V1.L5IB.bb=80pA"]', "nearest: b"),
        ("[[lesion]]\ncontrast = 0.5\ndose = [0.5]", "only a lesion has a dose"),
        ('[[lesion]]\nlesion = "TRN"\ndose = ["half"]', "dose takes numbers"),
        ('[[lesion]]\nname = "nothing"', "without lesion"),
        ('seeds = "many"\n[[lesion]]\nlesion = "TRN"', "seeds takes a whole number"),
        ('seeds = 0\n[[lesion]]\nlesion = "TRN"', "1 or more"),
        ('lesion = ["TRN"]', "under a line [[lesion]]"),
        ('lesion = "TRN"', "holds no [[lesion]]"),
        ("seeds = ", "is not TOML"),
    ],
)
def test_what_a_file_may_not_say_is_one_line(
    file: Path, capsys: pytest.CaptureFixture[str], content: str, says: str
) -> None:
    file.write_text(content + "\n")
    assert says in refused(["--battery", str(file), "--scale", ".001"], capsys)


def test_the_published_battery_takes_no_other_experiment(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = refused(["--published", "--experiment", "alternation"], capsys)
    assert "--published is about the experiment evoked" in line


# --- the file that comes with the alternation, and the one that the README shows -----------------


def test_the_three_routes_of_inhibition_fit_the_circuit(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    routes = str(CHECKOUT / "sims" / "alternation" / "inhibition.toml")
    assert cli.main(["lesion", "--battery", routes, "--scale", ".001", "--dry-run"]) == 0
    shown = capsys.readouterr().out
    assert shown.count("silence ZI: touches") == 3
    assert "Pulvinar.IN->Pulvinar.TRC.orientation=180deg" in shown
    assert "layer 5 to TRN: sets V1.L5IB->TRN.PUL.gain=" in shown


@pytest.mark.parametrize(
    ("name", "seeds", "lines"),
    [
        (
            "controls",
            12,
            (
                f"cut {CUT}: touches",
                "silence ZI: touches",
                "silence TRN: touches",
                "no T-current: sets Pulvinar.TRC.gT=0nS",
                "silence Pulvinar.IN: touches",
                "cut Pulvinar.TRC -> V1; cut Pulvinar.TRC -> V2: touches",
                "fast adaptation: sets V1.L5IB.tau_w=*0.7, V2.L5IB.tau_w=*0.7",
                "slow adaptation: sets V1.L5IB.tau_w=*1.4, V2.L5IB.tau_w=*1.4",
            ),
        ),
        (
            "inputs",
            3,
            (
                "contrast .5: sets contrast 0.5",
                "contrast .25: sets contrast 0.25",
                "scale * -> * 0.9: touches",
                "scale * -> * 1.1: touches",
                "blank screen: sets stimulus blank",
            ),
        ),
        (
            "drivers",
            12,
            (
                f"swap stp {CUT} with V2.L6CT -> Pulvinar.TRC: touches",
                "cut V2.L6CT -> Pulvinar.TRC: touches",
                "changes nothing",  # the sham
            ),
        ),
    ],
)
def test_the_batteries_of_the_alternation_fit_the_circuit(
    name: str, seeds: int, lines: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    battery_file = str(CHECKOUT / "sims" / "alternation" / f"{name}.toml")
    assert cli.main(["lesion", "--battery", battery_file, "--scale", ".001", "--dry-run"]) == 0
    shown = capsys.readouterr().out
    for line in lines:
        assert line in shown
    battery = planned("--battery", battery_file)
    assert (battery.base.experiment, battery.seeds) == ("alternation", seeds)


def test_the_controls_have_seeds_enough_to_show_an_effect() -> None:
    controls = str(CHECKOUT / "sims" / "alternation" / "controls.toml")
    assert planned("--battery", controls).warning() == ""


README = (CHECKOUT / "sims" / "lesions" / "README.md").read_text(encoding="utf-8")


def test_the_file_that_the_readme_shows_is_a_battery(file: Path) -> None:
    (block,) = re.findall(r"^```toml\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)
    file.write_text(block)
    battery = planned("--battery", str(file))
    assert battery.seeds == 12
    assert {arm.family for arm in battery.arms} == {
        "no drivers", "fast adaptation", "low contrast"}  # fmt: skip


def test_the_commands_that_the_readme_shows_are_commands() -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)
    lines = [line for block in blocks for line in block.splitlines()]
    assert len(lines) >= 5
    for line in lines:
        program, *words = shlex.split(line)
        assert program == "ctloop"
        request, strangers = cli.parser(words).parse_known_args(words)
        assert strangers == []
        assert callable(request.act)
