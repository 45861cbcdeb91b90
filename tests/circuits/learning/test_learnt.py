"""Learnt weights are part of a circuit: saved, loaded, run again, and refused where they do not fit."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from circuits import spec
from circuits.engine.simulate import Result, simulate
from circuits.errors import CtloopError
from circuits.learning.kinase.rule import contrast
from circuits.learning.learnt import LEARNT, Learnt, wiring_of, with_records
from circuits.lesions import lesion
from circuits.records import Spikes
from circuits.wiring import drawn_as_learnt
from tiny import firing, projection

NAME = "V1.A -> V2.E"


def _circuit(*settings: str) -> spec.Circuit:
    cells = [firing(name, 240.0, count=12, spread_pa=90) for name in ("V1.A", "V2.E")]
    learning = projection("V1.A", "V2.E", receptors={"AMPA": 3.0, "NMDA": 0.5}, plastic=True)
    circuit = spec.assemble(cells, [learning])
    for text in ("learning.cycle=50ms", "learning.rate=.2", *settings):
        circuit = spec.set_parameter(circuit, text)
    return circuit


def _run(circuit: spec.Circuit, seed: int = 1, episode: int = 0) -> Result:
    return simulate(circuit, duration_ms=160, seed=seed, engine="numpy", episode=episode)


def _same(one: dict[str, Spikes], other: dict[str, Spikes]) -> bool:
    return all(
        np.array_equal(one[n].times_ms, other[n].times_ms)
        and np.array_equal(one[n].cells, other[n].cells)
        for n in one
    )


def _trained(*settings: str) -> tuple[spec.Circuit, Result]:
    circuit = _circuit(*settings)
    result = _run(circuit)
    learnt = {
        name: Learnt(w.final.copy(), wiring_of(result.edges[name]), w.scale)
        for name, w in result.weights.items()
    }
    return with_records(circuit, 1, learnt), result


def test_learnt_weights_are_saved_and_loaded_without_loss(tmp_path: Path) -> None:
    circuit, result = _trained("learning.homeostasis=scaling")
    spec.save(circuit, tmp_path / "trained.json")
    back = spec.load(tmp_path / "trained.json")
    assert spec.same(back, circuit)
    one, other = back.graph[LEARNT][1][NAME], result.weights[NAME]
    assert np.array_equal(one.weight, other.final)
    assert other.scale is not None
    assert np.array_equal(one.scale, other.scale)
    assert np.ptp(one.weight) > 1e-3


@pytest.mark.parametrize("homeostasis", ["none", "scaling"])
def test_a_circuit_starts_from_what_it_has_learnt_whether_it_learns_on_or_not(
    homeostasis: str,
) -> None:
    circuit, result = _trained(f"learning.homeostasis={homeostasis}", "learning.rate=1")
    held = _run(spec.set_parameter(circuit, "learning.rate=0"), episode=1)
    assert np.array_equal(held.weights[NAME].final, result.weights[NAME].final)
    frozen = _run(lesion(circuit, f"freeze {NAME}"), episode=1)
    assert frozen.weights == {}
    assert _same(held.spikes, frozen.spikes)
    naive = _run(spec.set_parameter(_circuit(), "learning.rate=0"), episode=1)
    assert not _same(naive.spikes, frozen.spikes)


def test_learning_goes_on_from_where_it_stopped() -> None:
    circuit, result = _trained()
    further = _run(circuit, episode=1)
    assert not np.array_equal(further.weights[NAME].final, result.weights[NAME].final)
    again = _run(circuit, episode=1)
    assert np.array_equal(further.weights[NAME].final, again.weights[NAME].final)
    assert _same(further.spikes, again.spikes)


def test_an_episode_has_the_same_cells_in_another_state() -> None:
    one, other = _run(_circuit()), _run(_circuit(), episode=1)
    assert np.array_equal(one.edges[NAME].pre, other.edges[NAME].pre)
    assert not _same(one.spikes, other.spikes)


def test_what_was_learnt_can_be_read_as_plain_conductances() -> None:
    circuit, result = _trained()
    plain = drawn_as_learnt(circuit, 1)[NAME]
    expected = result.edges[NAME].weight_ns["AMPA"] * contrast(result.weights[NAME].final)
    assert plain.weight_ns["AMPA"] == pytest.approx(expected, rel=1e-6)  # factors have 4 bytes
    assert plain.learnt is None


def test_another_seed_is_refused_because_it_is_wired_otherwise() -> None:
    with pytest.raises(CtloopError, match=r"has learnt with seed 1 .* nothing for seed 2"):
        _run(_trained()[0], seed=2)


def test_another_wiring_is_refused() -> None:
    changed = spec.set_parameter(_trained()[0], f"{NAME}.modelled=6")
    with pytest.raises(CtloopError, match="wired otherwise than when it learnt"):
        _run(changed)


def test_a_lesion_of_a_trained_circuit_keeps_the_wiring() -> None:
    cut = lesion(_trained()[0], NAME)
    assert _run(cut).edges[NAME].weight_ns["AMPA"].max() == 0


def test_a_damaged_weight_is_refused_in_one_line(tmp_path: Path) -> None:
    data = spec.to_dict(_trained()[0])
    data[LEARNT]["1"][NAME]["weight"] = "no base64"
    (tmp_path / "c.json").write_text(json.dumps(data))
    with pytest.raises(CtloopError, match="learnt is damaged") as error:
        spec.load(tmp_path / "c.json")
    assert "\n" not in str(error.value)
