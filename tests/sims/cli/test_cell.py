"""`ctloop cell NAME`: one command from a name to tables, numbers and pictures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sims.cli import main as cli

Captured = pytest.CaptureFixture[str]
QUICK = ("--step", "50pA", "--duration", "300ms", "--for", "100ms", "--quiet")


def test_a_burster_bursts_and_a_relay_cell_rebounds_beside_published_points(
    tmp_path: Path, capsys: Captured
) -> None:
    out = tmp_path / "cells"
    words = ["cell", "V1.L5IB", "Pulvinar.TRC", "--quiet", "--step", "25", "--out", str(out)]
    assert cli.main(words) == 0
    shown = capsys.readouterr().out
    assert "Silva1991" in shown
    assert "f-I curve" in shown
    metrics = json.loads((out / "metrics.json").read_text())
    assert 3 <= metrics["IB.spikes_in_burst"] <= 4
    assert 157 <= metrics["IB.burst_hz"] <= 330
    assert metrics["IB.rebound_spikes"] == 0
    assert 2 <= metrics["TC.rebound_spikes"] <= 8
    assert metrics["TC.rheobase_pa"] < 150
    written = {str(f.relative_to(out)) for f in out.rglob("*.*")}
    assert written >= {"table.csv", "curve.csv", "rebound.csv", "figures/IB.png"}
    assert "figures/curves.png" in written


def test_the_number_that_is_set_is_the_one_that_is_simulated(capsys: Captured) -> None:
    found = []
    for more in ([], ["--set", "V1.L6CT.VT=-40mV"]):
        assert cli.main(["cell", "V1.L6CT", *QUICK, *more]) == 0
        lines = capsys.readouterr().out.splitlines()
        found.append(next(line.split()[2] for line in lines if "rheobase_pa" in line))
    assert float(found[1]) >= float(found[0]) + 50


def test_a_circuit_of_a_file_is_the_one_that_is_simulated(tmp_path: Path, capsys: Captured) -> None:
    file = tmp_path / "mine.json"
    assert cli.main(["circuit", "--save", str(file), "--set", "V1.L5IB.gL=20nS"]) == 0
    assert cli.main(["cell", "V1.L5IB", *QUICK, "--circuit", str(file)]) == 0
    lines = capsys.readouterr().out.splitlines()
    ohm = next(line.split()[2] for line in lines if "input_resistance_mohm" in line)
    assert 44 < float(ohm) < 48


def test_a_cell_without_published_points_says_so(capsys: Captured) -> None:
    assert cli.main(["cell", "Pulvinar.IN", *QUICK]) == 0
    assert "No published points are known for Pulvinar.IN." in capsys.readouterr().out


def test_held_nearer_to_threshold_it_begins_there(capsys: Captured) -> None:
    assert cli.main(["cell", "Pulvinar.TRC", *QUICK, "--hold", "-58", "--below", "12,22"]) == 0
    rebound = capsys.readouterr().out.partition("Rebound:")[2]
    rows = [line.split() for line in rebound.splitlines() if line.startswith("TC ")]
    assert [(row[1], row[2]) for row in rows] == [("-58", "12"), ("-58", "22")]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["V1.L5BI"], "V1.L5IB"),
        (["Retina"], "only replays spikes"),
        (["V1.L5IB", "--highest", "-5pA"], "--highest"),
        (["V1.L5IB", "--step", "0"], "--step"),
        (["V1.L5IB", "--for", "10,-5"], "--for"),
        (["V1.L5IB", "--hold", "20mV"], "--hold"),
        (["V1.L5IB", "--hold", "20pA"], "voltage"),
    ],
)
def test_what_cannot_be_is_one_line(words: list[str], says: str, capsys: Captured) -> None:
    assert cli.main(["cell", *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert says in err
