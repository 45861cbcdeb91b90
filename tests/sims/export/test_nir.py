"""`ctloop export --to nir`: the structure comes back, and what was dropped is said."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from circuits import spec
from circuits.records import STP
from circuits.wiring import draw
from exported import SEED, circuit, finished
from sims.cli import main as cli
from sims.export.nir import TAU_SYN_MS, dropped
from tiny import firing, projection

nir = pytest.importorskip("nir", reason="pip install nir, which writes NIR graphs")

Captured = pytest.CaptureFixture[str]


def test_populations_projections_and_charges_come_back(tmp_path: Path) -> None:
    run, file = finished(tmp_path / "run"), tmp_path / "c.nir"
    assert cli.main(["export", str(run), "--to", "nir", str(file)]) == 0
    graph = nir.read(file)
    assert isinstance(graph.nodes["Eye.GC"], nir.Input)
    cells = graph.nodes["V1.E"]
    np.testing.assert_allclose(cells.tau_mem, 200 / 10 * 1e-3)
    np.testing.assert_allclose(cells.v_reset, -58)
    drawn = draw(circuit(), SEED)["V1.I -> V1.E"]
    matrix = graph.nodes["V1.I -> V1.E"].weight
    assert matrix.shape == (8, 4)
    charge = drawn.weight_ns["GABA_A"] * (-75 - -65) * 8.3  # nS mV ms = fC
    np.testing.assert_allclose(matrix.sum() * TAU_SYN_MS, charge.sum(), rtol=1e-5)
    assert np.count_nonzero(matrix) == drawn.pre.size
    assert ("V1.I", "V1.I -> V1.E") in graph.edges
    assert json.loads(graph.metadata["circuit"])["format"] == "ctloop circuit 1"


def test_what_is_dropped_is_printed(tmp_path: Path, capsys: Captured) -> None:
    run = finished(tmp_path / "run")
    assert cli.main(["export", str(run), "--to", "nir", str(tmp_path / "c.nir")]) == 0
    shown = capsys.readouterr().out
    assert "structure alone" in shown
    assert "dropped: decays of GABA_A" in shown
    assert "adaptation" not in shown


def test_all_that_a_circuit_has_and_a_graph_has_not_is_listed() -> None:
    made = spec.assemble(
        [firing("A.E")], [projection("A.E", "A.E", stp=STP(U=0.5, D_ms=9, F_ms=9), plastic=True)]
    )
    made = spec.set_parameter(spec.set_parameter(made, "A.E.gT=10nS"), "A.E.b=20pA")
    text = "; ".join(dropped(made))
    for word in ("bursts of layer 5", "T-current", "short-term", "noise", "learning", "delays"):
        assert word in text


def test_without_nir_one_line_says_what_to_install(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = finished(tmp_path / "run")
    monkeypatch.setitem(sys.modules, "nir", None)
    assert cli.main(["export", str(run), "--to", "nir", str(tmp_path / "c.nir")]) == 2
    assert "pip install nir" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [run]
