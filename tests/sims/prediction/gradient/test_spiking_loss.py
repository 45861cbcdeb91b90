"""Steps along rules' changes and the loss after them, on made-up recordings that answer to their weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from circuits.errors import CtloopError
from circuits.learning.learnt import LEARNT
from sims.prediction.gradient import spiking_loss
from sims.prediction.gradient.declaration import SPIKING_LOSS, SpikingLossRequest
from sims.prediction.gradient.recording import EXCITES, INHIBITS, Recording
from sims.prediction.gradient.spiking_loss import directions, loss_of, slopes
from sims.report.progress import SilentProgress
from thalamus.predictive import PLASTIC

Make = Callable[..., Recording]


def test_every_direction_is_a_step_of_one_size(make_recording: Make) -> None:
    one = make_recording()
    found = directions(one, np.arange(one.edges.pre.size), 1, 0.05)
    assert len(found) == 27
    for _, step in found:
        assert np.sqrt(np.mean(step**2)) == pytest.approx(0.05)


def test_directions_without_a_rule_are_the_seeds_own_and_follow_nothing(
    make_recording: Make,
) -> None:
    one = make_recording()

    def drawn(seed: int) -> np.ndarray:
        return directions(one, np.arange(one.edges.pre.size), seed, 1.0)[-1][1]

    assert drawn(1) == pytest.approx(drawn(1))
    assert drawn(1) != pytest.approx(drawn(2))
    sums = np.bincount(one.edges.post, drawn(1))
    assert sums == pytest.approx(np.zeros(sums.size), abs=1e-12)


def test_the_loss_is_that_of_predictions_against_the_outcomes_before(make_recording: Make) -> None:
    one, silent = make_recording(), replace(make_recording(), receiver=np.full((12, 1), np.inf))
    error = one.prediction_hz - one.outcome_hz
    assert loss_of(one, one) == pytest.approx(0.5 * np.sum(error**2, axis=1).mean())
    assert loss_of(silent, one) == pytest.approx(0.5 * np.sum(one.outcome_hz**2, axis=1).mean())


@pytest.mark.parametrize("pathway", [PLASTIC, "V1.L23E -> V2.L4E"])
def test_the_same_items_are_shown_with_weights_moved_both_ways(
    pathway: str, monkeypatch: pytest.MonkeyPatch, make_recording: Make
) -> None:
    pytest.importorskip("autograd")
    weights: list[np.ndarray | None] = []

    def shown(circuit: object, *_: object) -> None:
        known = circuit.graph.get(LEARNT) or {}  # type: ignore[attr-defined]
        assert set(known.get(1, {pathway})) == {pathway}
        weights.append(known[1][pathway].weight if known else None)

    def recorded(*_: object) -> Recording:
        one, rng = make_recording(), np.random.default_rng(0)
        shape = (len(one.read), len(one.receiver))
        drives = {name: rng.uniform(0, 60, shape) for name in (EXCITES, INHIBITS)}
        peak = {"AMPA": np.ones(one.edges.pre.size)}
        return replace(one, edges=replace(one.edges, weight_ns=peak), drives=drives)

    monkeypatch.setattr(spiking_loss, "learnt", lambda circuit, *_: circuit)
    monkeypatch.setattr(spiking_loss, "show", shown)
    monkeypatch.setattr(spiking_loss, "recording_of", recorded)
    monkeypatch.setattr(spiking_loss, "RULES", {"kinase": ""})
    monkeypatch.setattr(spiking_loss, "PARTS", 1)
    request = SpikingLossRequest(scale=0.003, engine="numpy", seed=1, senders=3, pathway=pathway)
    found = slopes(request.circuits()[1], request, 1, lambda *_: None)
    assert [one.what for one in found] == ["exact", "outcome", "kinase", "random"]
    assert weights[0] is None
    assert weights[1] + weights[2] == pytest.approx(1.0)  # type: ignore[operator]
    # The same spikes came after every step, so the circuit's own loss did not move; the twin's does.
    assert [one.spiking for one in found] == [0.0] * 4
    assert found[0].twin < 0 if pathway == PLASTIC else np.isnan(found[0].twin)
    table = SPIKING_LOSS.measure(request, SilentProgress())
    assert all(len(row) == len(table.heads) for row in table.rows)
    assert table.metrics["loss_change"] == 0.0


def test_a_pathway_that_is_not_there_is_refused() -> None:
    pytest.importorskip("autograd")
    request = SpikingLossRequest(scale=0.003, seed=1, pathway="V1.L23E -> V2.L4")
    with pytest.raises(CtloopError, match=r"V2\.L4E"):
        SPIKING_LOSS.measure(request, SilentProgress())


def test_a_step_of_nothing_is_refused() -> None:
    with pytest.raises(CtloopError, match="--step"):
        SpikingLossRequest(step=0.0).check()
