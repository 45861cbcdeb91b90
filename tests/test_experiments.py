"""The contract: what every experiment of the registry can do, on a circuit too small to mean anything.

Request -> folder -> show -> figures -> battery of two seeds -> the same command again.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from circuits.runs.store import read_meta, read_metrics
from sims.cli.main import main
from sims.experiments import EXPERIMENTS, CircuitRequest, experiment, listed
from sims.runs.perform import perform, request_of, written

#: The least that each experiment does, as its options; a new experiment has to be added here.
TINY: dict[str, dict[str, Any]] = {
    "alternation": {"scale": 0.002, "duration_s": 0.3, "without_l6": False},
    "template": {"scale": 0.002, "duration_s": 0.3, "condition": "congruent"},
    "evoked": {"scale": 0.002, "duration_s": 0.3},
    "prediction": {"scale": 0.002, "epochs": 1, "cycles": 2, "test_cycles": 10, "workers": 1},
    "plasticity": {"cells": 4, "parts": ("conditions",)},
}
#: A lesion that each experiment can have.
LESION = {"plasticity": "block NMDA"}
NAMES = [e.name for e in listed()]


def options(name: str) -> list[str]:
    """The tiny request as the command line takes it."""
    from sims.experiments.option import flag_of
    from sims.experiments.request import options_of

    flags = {f.name: flag_of(f) for f in options_of(experiment(name).request)}
    given = {k: v for k, v in TINY[name].items() if k in flags and k != "workers"}
    return [
        word
        for key, value in given.items()
        for one in (value if isinstance(value, tuple) else (value,))
        for word in (flags[key], str(one))
    ]


def test_every_experiment_is_under_the_contract() -> None:
    assert set(TINY) == set(EXPERIMENTS)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_a_declaration_is_whole(name: str) -> None:
    one = experiment(name)
    assert one.request.experiment == name
    assert one.question.endswith("?")
    keys = [m.key for m in one.metrics]
    assert len(keys) == len(set(keys))
    assert 0 < len(one.metrics.primary) <= 6
    assert all(m.meaning for m in one.metrics)
    assert all(one.metrics.find(_spelt_out(m.key)) for m in one.metrics)
    assert all(one.metrics.bound(key, 1.0) for key in one.metrics.primary)


def _spelt_out(key: str) -> str:
    """A key with names in place of its placeholders."""
    named = {"<population>": "V1.L4E", "<area>": "V1", "<c>": "25_50", "<band>": "theta"}
    return re.sub(r"<\w+>", lambda m: named.get(m[0], "x"), key)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_a_request_survives_json(name: str) -> None:
    request = experiment(name).request(**TINY[name])
    assert type(request).read(json.loads(json.dumps(written(request)))) == request


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_run_is_a_folder_that_is_shown_drawn_and_repeated(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = experiment(name)
    request = one.request(**TINY[name])
    folder = perform(request, tmp_path / "run", figures=bool(one.draw))
    meta, metrics = read_meta(folder), read_metrics(folder)
    assert meta["experiment"]["name"] == name
    assert {"request", "seed", "lesions", "settings", "versions", "command", "wall_s"} <= set(meta)
    if isinstance(request, CircuitRequest):
        assert {"engine", "scale", "spec", "spec_hash"} <= set(meta)
    assert all(v is not None or f"{k}_reason" in metrics for k, v in metrics.items()
               if not isinstance(v, list))  # fmt: skip
    assert main(["show", str(folder)]) == 0
    assert name in capsys.readouterr().out
    if one.draw:
        drawn = {p.name for p in (folder / "figures").glob("*.png")}
        assert drawn
        assert main(["show", str(folder), "--figures"]) == 0
        assert {p.name for p in (folder / "figures").glob("*.png")} == drawn
    assert request_of(meta) == request
    assert main(["repeat", str(folder), "--out", str(tmp_path / "again"), "--no-figures"]) == 0
    assert (tmp_path / "again" / "metrics.json").read_bytes() == (
        folder / "metrics.json"
    ).read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_battery_of_two_seeds_compares_and_is_taken_up_again(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    lesion = LESION.get(name, "V1.L5IB -> Pulvinar.TRC")
    command = ["lesion", lesion, "--experiment", name, "--seeds", "2", *options(name)]
    assert main([*command, "--dry-run"]) == 0
    assert "4 runs, 0 of them done" in capsys.readouterr().out
    assert main([*command, "--out", "first"]) == 0
    text = capsys.readouterr().out
    assert "failed" not in text
    assert main([*command, "--dry-run"]) == 0
    assert "4 runs, 4 of them done" in capsys.readouterr().out
    assert main([*command, "--out", "second"]) == 0
    for file in ("effects.csv", "metrics.json"):
        assert (Path("first") / file).read_bytes() == (Path("second") / file).read_bytes()
    assert main(["show", "first"]) == 0
