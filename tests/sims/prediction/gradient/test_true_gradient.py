"""Cosines with the gradient over more and more cycles, and the table of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from figures.prediction.twin import draw_folder
from sims.prediction.gradient import true_gradient
from sims.prediction.gradient.declaration import TRUE_GRADIENT, TrueGradientRequest
from sims.prediction.gradient.decomposition import ALONE, STEPS, along_gradient
from sims.prediction.gradient.recording import EXCITES, INHIBITS, Recording
from sims.prediction.gradient.true_gradient import (
    COMPARED,
    Compared,
    intended_outcome,
    table_of,
)
from sims.prediction.gradient.twin import Fit, Transfer
from sims.report.progress import SilentProgress

FIT = Fit(Transfer(1, 1, 1, 1, 1, (1, 1, 1)), 0.6, 0.9, np.arange(20.0), np.arange(20.0))
Make = Callable[..., Recording]


def test_noise_averages_out_over_repetitions_and_a_reversed_change_is_negative() -> None:
    rng = np.random.default_rng(0)
    downhill = np.repeat(rng.standard_normal((200, 1)), 70, axis=1)
    noisy = downhill + 3.0 * rng.standard_normal(downhill.shape)
    found = along_gradient(noisy, downhill)
    assert np.all(np.diff(found) > 0)
    assert found[-1] > 0.9
    assert along_gradient(-noisy, downhill) == pytest.approx(-found)
    assert abs(along_gradient(rng.standard_normal(downhill.shape), downhill)[-1]) < 0.3


def test_too_few_cycles_have_no_cosine() -> None:
    found = along_gradient(np.ones((5, 16)), np.ones((5, 16)))
    assert found[:3] == pytest.approx(1.0)
    assert math.isnan(found[3])


def test_without_drivers_the_outcome_that_was_meant_is_that_of_the_intact_circuit(
    make_recording: Make,
) -> None:
    one = make_recording()
    found = intended_outcome(one, np.array([2, 9]))
    assert found[0] == pytest.approx(one.outcome_hz[one.symbol == 2].mean(axis=0))
    assert found[1] == pytest.approx(one.outcome_hz.mean(axis=0))


def found_of(**cosines: float) -> Compared:
    """Give what one circuit gave: cosines at 64 cycles, the same in every comparison."""
    each = {name: np.array([0.1, 0.2, 0.3, 1.0]) * value for name, value in cosines.items()}
    return Compared({name: dict(each) for name in (*STEPS, *ALONE)}, FIT)


def test_the_circuits_own_rule_gives_the_metric_of_its_pathway() -> None:
    names = [name for name in COMPARED if name != "no_drivers"]
    table = table_of(
        [found_of(**dict.fromkeys(names, value)) for value in (0.4, 0.5, 0.6)], "made up"
    )
    assert [row[0] for row in table.rows] == names
    assert all(len(row) == len(table.heads) for row in table.rows)
    assert table.metrics["cosine_pulvinar"] == pytest.approx(0.5)
    assert table.metrics["cosine_pulvinar_n"] == 3
    assert table.metrics["cosine_reversed_16"] == pytest.approx(0.15)
    assert table.metrics["cosine_exact_before"] == pytest.approx(0.5)
    assert "cosine_no_drivers" not in table.metrics


def test_a_rule_is_placed_between_the_marks_unless_they_lie_too_close() -> None:
    one = found_of(exact=0.9, outcome=0.7, kinase=0.8, reversed=-0.3)
    assert one.between("exact") == pytest.approx(1.0)
    assert one.between("outcome") == pytest.approx(0.0)
    assert one.between("kinase") == pytest.approx(0.5)
    assert one.between("reversed") == pytest.approx(-5.0)
    assert math.isnan(found_of(exact=0.9, outcome=0.89, kinase=0.8).between("kinase"))
    table = table_of([one, found_of(exact=0.8, outcome=0.4, kinase=0.9, reversed=0.0)], "made up")
    assert table.metrics["between_pulvinar"] == pytest.approx((0.5 + 1.25) / 2)
    assert table.metrics["cosine_span"] == pytest.approx(0.3)


def test_the_table_of_factors_says_what_each_takes_off_the_exact_mark() -> None:
    one = found_of(exact=1.0, outcome=0.5)
    for name, value in (("reported", 0.9), ("curve", 0.6), ("squared", 0.2), ("curve_alone", 0.7)):
        one.cosines[name]["exact"] = np.array([0.0, 0.0, 0.0, value])
    rows = {row[0]: row for row in table_of([one], "made up").further["steps"].rows}
    assert rows["mark"][2] == pytest.approx(0.0)
    assert rows["reported"][2] == pytest.approx(0.1)
    assert rows["squared"][2] == pytest.approx(0.4)
    assert rows["curve_alone"][2] == pytest.approx(0.2)
    assert rows["squared"][3] == pytest.approx(0.2)


def test_its_folder_has_the_factors_as_a_table_and_as_a_figure(tmp_path: Path) -> None:
    table_of([found_of(exact=1.0, outcome=0.5, kinase=0.7, reversed=-0.2)], "made up").write_folder(
        tmp_path / "out"
    )
    assert (tmp_path / "out" / "steps.csv").is_file()
    drawn = draw_folder(tmp_path / "out")
    assert [one.name for one in drawn] == ["gradient.png", "factors.png"]


def test_the_control_without_drivers_is_recorded_when_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, make_recording: Make
) -> None:
    pytest.importorskip("autograd")
    circuits = []

    def recorded(circuit: object, _: object, seed: int, *__: object) -> Recording:
        circuits.append(circuit)
        one, rng = make_recording(seed), np.random.default_rng(seed)
        shape = (len(one.read), len(one.receiver))
        drives = {name: rng.uniform(0, 60, shape) for name in (EXCITES, INHIBITS)}
        peak = {"AMPA": np.ones(one.edges.pre.size)}
        return replace(one, edges=replace(one.edges, weight_ns=peak), drives=drives)

    monkeypatch.setattr(true_gradient, "learnt", lambda circuit, *_: circuit)
    monkeypatch.setattr(true_gradient, "record", recorded)
    request = TrueGradientRequest(
        scale=0.003, engine="numpy", seed=1, seeds=1, senders=3, drivers_control=True
    )
    table = TRUE_GRADIENT.measure(request, SilentProgress())
    assert len(circuits) == 2
    assert [row[0] for row in table.rows] == list(COMPARED)
    assert table.metrics["cosine_pulvinar_16"] > 0 > table.metrics["cosine_reversed_16"]
