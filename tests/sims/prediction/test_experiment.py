"""Learning to predict on a circuit of a few dozen cells: epochs, stopping, resuming, what a folder holds."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from circuits import spec
from circuits.engine.choose import available_engines
from circuits.errors import CtloopError
from circuits.learning.learnt import LEARNT
from circuits.lesions.language import parse
from circuits.records import OneToFew, Population, Projection, Topographic, Uniform
from circuits.runs import store
from sims.cli import lesion as cli_lesion
from sims.cli import main as cli
from sims.cli import show as cli_show
from sims.prediction import training as prediction_train
from sims.prediction.declaration import PredictionRequest
from sims.prediction.epoch import Epoch, Task, run_epoch, with_weights_of
from sims.prediction.epoch_file import load
from sims.runs.perform import run
from sims.stimuli.sequences import named
from tiny import QUICK_CELL, population, projection

LEARNS = "V2.L6CT -> Pulvinar.TRC"


def _tiny() -> spec.Circuit:
    def cells(name: str, pa: float = 0.0, **more: object) -> Population:
        usual = {"cell": QUICK_CELL, "count": 16, "background_pa": pa, "noise_pa": pa / 6}
        return population(name, **usual, **more)

    def path(source: str, target: str, nano: float, **more: object) -> Projection:
        usual = {"fibres": 6, "modelled": 6, "rule": Topographic(orientation_deg=20.0)}
        return projection(source, target, receptors={"AMPA": nano}, **{**usual, **more})

    circuit = spec.assemble(
        [
            cells("Retina.GC", map="retinotopic", spike_source=True),
            cells("V1.L4E"), cells("V1.L5IB"), cells("V2.L6CT", 240.0), cells("Pulvinar.TRC", 200.0),
        ],
        [
            path("Retina.GC", "V1.L4E", 40.0, rule=OneToFew()),
            path("V1.L4E", "V1.L5IB", 20.0),
            path("V1.L5IB", "Pulvinar.TRC", 2.0),
            path("V2.L6CT", "Pulvinar.TRC", 1.0, rule=Uniform(), plastic=True),
        ],
    )  # fmt: skip
    for text in ("learning.cycle=50ms", "learning.rate=.3"):
        circuit = spec.set_parameter(circuit, text)
    return circuit


@pytest.fixture(scope="module")
def circuit_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("circuit") / "tiny.json"
    spec.save(_tiny(), path)
    return path


def _run(circuit_file: Path, out: Path, **more: object) -> Path:
    options: dict[str, object] = {
        "epochs": 2, "cycles": 3, "test_cycles": 10, "item_ms": 50.0, "engine": "numpy", "workers": 1,
        "figures": False, "circuit_file": circuit_file, "seed": 1,
    }  # fmt: skip
    return run("prediction", out=out, **{**options, **more})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def whole(circuit_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _run(circuit_file, tmp_path_factory.mktemp("runs") / "whole", figures=True)


def test_a_run_holds_metrics_curves_pictures_and_the_trained_circuit(whole: Path) -> None:
    metrics = store.read_metrics(whole)
    for key in ("accuracy_final", "accuracy_omitted", "cycles_to_90", "rate_drift_max"):
        assert len(metrics[f"{key}_per_seed"]) == 1  # type: ignore[arg-type]
        assert metrics[key] is not None or metrics[f"{key}_reason"]
    assert store.load(whole).spikes["Pulvinar.TRC"].times_ms.size > 0
    assert json.loads((whole / "prediction.json").read_text())["curves"]["1"]["right"]
    course = json.loads((whole / "prediction.json").read_text())["rise"]["1"]
    assert len(course["next"]) == len(course["last"]) == len(course["time_ms"])
    assert course["time_ms"][0] < -100 < 0 < course["time_ms"][-1]
    trained = spec.load(whole / "trained.json")
    assert set(trained.graph[LEARNT]) == {1}
    assert not any(p.plastic for p in spec.projections(trained).values())
    assert {p.name for p in (whole / "figures").glob("*.png")} >= {
        "curves.png", "time_course.png", "weights.png",
    }  # fmt: skip


def test_show_says_which_goals_of_the_sequence_held(
    whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli_show.print_run(whole)
    shown = capsys.readouterr().out
    assert "MISSED: above 0.5" in shown
    assert "held: 1 to 1.3" in shown
    assert "accuracy_final_per_seed" not in shown
    cli_show.print_run(whole, everything=True)
    assert "accuracy_final_per_seed" in capsys.readouterr().out


def test_weights_change_in_training_and_stay_in_the_tests(whole: Path) -> None:
    folder = whole / "seed-1"
    before, one, two, omitted, test = (
        load(folder / f"{n}.npz")
        for n in ("before", "epoch-0001", "epoch-0002", "omitted-0002", "test-0002")
    )
    assert (before.records[LEARNS].weight == 0.5).all()
    assert np.ptp(one.records[LEARNS].weight) > 1e-3
    assert not np.array_equal(one.records[LEARNS].weight, two.records[LEARNS].weight)
    assert np.array_equal(two.records[LEARNS].weight, test.records[LEARNS].weight)
    assert np.array_equal(two.records[LEARNS].weight, omitted.records[LEARNS].weight)
    assert omitted.omitted.sum() == 1
    assert not test.omitted.any()


@pytest.mark.slow
@pytest.mark.compile
@pytest.mark.parametrize("homeostasis", ["zero-sum", "scaling"])
def test_an_epoch_compiles_nothing_after_the_first_and_hands_on_its_weights(
    homeostasis: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "standalone" not in available_engines():
        pytest.skip("C++ standalone does not work here")
    monkeypatch.setenv("CTLOOP_CACHE", str(tmp_path))
    begun = _tiny()
    # Its bursters fire fast: a short trace falls between their volleys.
    timed = ("readout=burst", "burst_tau=1ms", "burst_arm=.1")
    for text in (*timed, f"homeostasis={homeostasis}"):
        begun = spec.set_parameter(begun, f"learning.{text}")
    task = Task(grammar=named("loop"), item_ms=50.0)

    def compiled(
        circuit: spec.Circuit, n: int, episode: int, *, learns: bool
    ) -> tuple[bool, Epoch]:
        stages: list[tuple[str, float]] = []
        epoch, *_ = run_epoch(
            circuit, task, n, 1, episode, learns=learns, omit=not learns, engine="standalone",
            report=lambda *what: stages.append(what),
        )  # fmt: skip
        return ("compiling", 0.0) in stages, epoch

    new, before = compiled(begun, 10, 1_000_000, learns=False)
    assert new
    circuit = begun
    for k, n in ((1, 6), (2, 9)):
        new, epoch = compiled(circuit, n, k, learns=True)
        assert not new
        assert not np.array_equal(epoch.records[LEARNS].weight, before.records[LEARNS].weight)
        circuit, before = with_weights_of(epoch, circuit, 1), epoch
    new, test = compiled(circuit, 10, 2_000_002, learns=False)
    assert not new
    assert np.array_equal(test.records[LEARNS].weight, before.records[LEARNS].weight)


@pytest.mark.slow
def test_two_seeds_train_in_processes_of_their_own_as_they_do_in_one(
    circuit_file: Path, tmp_path: Path
) -> None:
    options = {"epochs": 1, "seeds": 2}
    one = _run(circuit_file, tmp_path / "one", workers=1, **options)
    two = _run(circuit_file, tmp_path / "two", workers=2, **options)
    assert store.read_metrics(one) == store.read_metrics(two)
    for seed in (1, 2):
        a, b = (load(f / f"seed-{seed}" / "epoch-0001.npz") for f in (one, two))
        assert a.digest == b.digest


class _Stopped(Exception):
    pass


def test_a_stopped_run_taken_up_again_gives_the_same_spikes_and_weights(
    whole: Path, circuit_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, calls, real = tmp_path / "run", 0, prediction_train.run_epoch

    def stops(*args: object, **more: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise _Stopped
        return real(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(prediction_train, "run_epoch", stops)
    with pytest.raises(_Stopped):
        _run(circuit_file, out)
    assert not out.exists()
    with pytest.raises(CtloopError, match="incomplete run"):
        store.read_meta(tmp_path / "run.unfinished")
    _run(circuit_file, out)
    assert calls == 6  # two done, one stopped, three left
    for name in ("before", "epoch-0001", "epoch-0002", "omitted-0002", "test-0002"):
        one, other = (load(f / "seed-1" / f"{name}.npz") for f in (whole, out))
        assert one.digest == other.digest
        assert np.array_equal(one.records[LEARNS].weight, other.records[LEARNS].weight)
    assert store.read_metrics(out) == store.read_metrics(whole)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_command_that_is_stopped_leaves_none_of_its_workers_running(
    circuit_file: Path, tmp_path: Path, how: signal.Signals
) -> None:
    out = tmp_path / "run"
    options = ["--seeds", "2", "--workers", "2", "--cycles", "2000", "--engine", "numpy"]
    command = subprocess.Popen(
        [
            sys.executable, "-m", "sims.cli.main", "run", "prediction", "--circuit", str(circuit_file),
            "--out", str(out), *options,
        ],
        cwd=Path(__file__).parents[3], stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip

    def wait_for(what: Callable[[], bool]) -> bool:
        deadline = time.monotonic() + 60
        while not what() and time.monotonic() < deadline:
            time.sleep(0.1)
        return what()

    def gone() -> bool:
        try:
            os.killpg(command.pid, 0)
        except ProcessLookupError:
            return True
        return False

    begun = [tmp_path / "run.unfinished" / f"seed-{s}" / "progress.txt" for s in (0, 1)]
    assert wait_for(lambda: all(p.is_file() for p in begun))
    command.send_signal(how)
    _, message = command.communicate(timeout=30)
    assert command.returncode == 2
    assert message.strip().splitlines()[-1].startswith("ctloop: stopped; whole parts are kept")
    assert wait_for(gone)


def test_the_trained_circuit_runs_elsewhere_with_its_seed_alone(whole: Path) -> None:
    from circuits.engine.simulate import simulate

    trained = spec.load(whole / "trained.json")
    result = simulate(trained, duration_ms=20, seed=1, engine="numpy")
    assert result.weights == {}
    with pytest.raises(CtloopError, match="has learnt with seed 1"):
        simulate(trained, duration_ms=20, seed=2, engine="numpy")


def test_another_command_does_not_go_on_with_the_folder(
    circuit_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stops(*args: object, **more: object) -> object:
        raise _Stopped

    monkeypatch.setattr(prediction_train, "run_epoch", stops)
    with pytest.raises(_Stopped):
        _run(circuit_file, tmp_path / "run")
    with pytest.raises(CtloopError, match="differs in item_ms"):
        _run(circuit_file, tmp_path / "run", item_ms=80.0)


def test_a_circuit_that_cannot_see_is_refused(tmp_path: Path) -> None:
    blind = spec.assemble(
        [p for n, p in spec.populations(_tiny()).items() if n != "Retina.GC"],
        [p for p in spec.projections(_tiny()).values() if p.source != "Retina.GC"],
    )
    spec.save(blind, tmp_path / "blind.json")
    with pytest.raises(CtloopError, match=r"no Retina\.GC to see with"):
        _run(tmp_path / "blind.json", tmp_path / "run")


def test_a_memory_and_a_circuit_of_ones_own_contradict_each_other(
    circuit_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["run", "prediction", "--memory", "--circuit", str(circuit_file)]
    assert cli.main(given) == 2
    assert "give one of the two" in capsys.readouterr().err


def test_reber_reports_its_legal_rate_beside_the_floors(circuit_file: Path, tmp_path: Path) -> None:
    out = _run(circuit_file, tmp_path / "run", sequence="reber", epochs=0)
    metrics = store.read_metrics(out)
    assert metrics["legal_uniform"] == pytest.approx(0.25, abs=0.01)
    # Its bursters never pause, so that there are no outcomes to read predictions by.
    assert metrics["legal_rate"] is None
    assert "no burst" in str(metrics["legal_rate_reason"])
    assert metrics["rate_drift_max"] is None
    assert len(named("reber").symbols) == 7


#: A battery or a sweep on the circuit of a few dozen cells, one seed a run.
BATTERY = [
    "--seed", "40", "--seeds", "2", "--epochs", "1", "--cycles", "4", "--test-cycles", "10",
    "--item-ms", "50", "--engine", "numpy", "--workers", "2", "--quiet", "--no-figures",
]  # fmt: skip


def test_a_battery_lesions_one_arm_and_trains_one_seed_a_run(circuit_file: Path) -> None:
    lesion = "V1.L5IB -> Pulvinar.TRC"
    words = [
        "lesion",
        lesion,
        "--experiment",
        "prediction",
        *BATTERY,
        "--circuit",
        str(circuit_file),
    ]
    planned = cli_lesion.plan("prediction", cli.parser(words).parse_args(words))
    intact, cut = planned.request(None, 41), planned.request(planned.arms[0], 41)
    assert intact.lesions == ()
    assert cut.lesions == (str(parse(lesion)[0]),)
    for request in (intact, cut):
        assert isinstance(request, PredictionRequest)
        assert (request.seed, request.seeds, request.epochs) == (41, 1, 1)


@pytest.mark.slow
def test_a_battery_compares_one_seed_a_run_by_the_primary_metrics(
    circuit_file: Path, tmp_path: Path
) -> None:
    places = ["--circuit", str(circuit_file), "--store", str(tmp_path / "store")]
    asked = ["lesion", "V1.L5IB -> Pulvinar.TRC", "--experiment", "prediction", *BATTERY, *places]
    assert cli.main([*asked, "--out", str(tmp_path / "battery")]) == 0
    effects = json.loads((tmp_path / "battery" / "effects.json").read_text())
    rows = {e["metric"]: e for e in effects["effects"]}
    # Its bursters never pause, so that there are no outcomes to decode by; correlations need none.
    assert "accuracy_final" not in rows
    one = rows["prediction_corr_above"]
    assert one["primary"]
    assert one["n"] == 2
    assert one["difference"] != 0
    assert "prediction_corr_above_per_seed" not in rows
    runs = [p for p in (tmp_path / "store").iterdir() if (p / "metrics.json").is_file()]
    assert len(runs) == 4
    assert all(store.read_metrics(run)["seeds"] == 1 for run in runs)
    again = ["sweep", "prediction", "--vary", "learning.rate=.1,.3", *BATTERY, *places]
    assert cli.main([*again, "--out", str(tmp_path / "sweep")]) == 0
    lines = (tmp_path / "sweep" / "runs.csv").read_text().splitlines()
    assert len(lines) == 1 + 4
    assert "accuracy_final" in lines[0]
