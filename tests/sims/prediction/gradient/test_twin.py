"""The twin: its fit to cells whose transfer is known, and its gradient against differences of the loss."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from circuits.errors import CtloopError
from circuits.learning.kinase.rule import contrast
from sims.prediction.gradient.recording import EXCITES, INHIBITS, Recording, peak_ns
from sims.prediction.gradient.twin import Transfer, descent, drive, fit, wiring_of

TRANSFER = Transfer(8.0, 3.0, 0.5, 1.0, 1.5, (400.0, 30.0, 50.0))
Make = Callable[..., Recording]


def rates(one: Recording, weight: np.ndarray) -> np.ndarray:
    given = TRANSFER.rate(drive(weight, one), one.drives[EXCITES], one.drives[INHIBITS])
    return np.asarray(given)


def test_synapses_are_arranged_by_their_receivers_with_empty_places() -> None:
    post = np.array([2, 0, 2, 2])
    table = wiring_of(post, 4)
    assert table.there.sum(axis=1).tolist() == [1, 0, 3, 0]
    assert table.synapse[2].tolist() == [0, 2, 3]


def test_the_drive_is_conductance_times_weight_times_rate(make_driven: Make) -> None:
    one = make_driven()
    mine = one.edges.post == 5
    each = peak_ns(one.edges)[mine] * contrast(one.weight[mine])
    assert drive(one.weight, one)[7, 5] == pytest.approx(
        np.sum(each * one.sender_hz[7][one.edges.pre[mine]])
    )


def test_the_gradient_is_the_difference_of_the_loss(make_driven: Make) -> None:
    pytest.importorskip("autograd")
    one = make_driven()

    def loss(weight: np.ndarray) -> np.ndarray:
        return 0.5 * np.sum((rates(one, weight) - one.outcome_hz) ** 2, axis=1)

    found = descent(one, TRANSFER, one.outcome_hz)
    for synapse in (0, 17, 101):
        step = np.zeros(one.weight.size)
        step[synapse] = 1e-5
        slope = (loss(one.weight + step) - loss(one.weight - step)) / 2e-5
        assert found[synapse] == pytest.approx(-slope, rel=1e-4, abs=1e-4)


def test_a_fit_finds_the_transfer_of_cells_that_have_one(
    make_driven: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = make_driven()
    noisy = rates(one, one.weight) + np.random.default_rng(0).normal(
        0, 0.5, one.drives[EXCITES].shape
    )
    monkeypatch.setattr(Recording, "prediction_hz", property(lambda _: np.maximum(noisy, 0.0)))
    found = fit(one)
    assert found.explained > 0.9
    assert found.explained_mean > 0.98
    assert found.observed_hz == pytest.approx(found.predicted_hz, rel=0.1, abs=0.5)


def test_cells_that_are_silent_have_no_transfer(make_driven: Make) -> None:
    one = make_driven()
    with pytest.raises(CtloopError, match="do not fire"):
        fit(replace(one, receiver=np.full((12, 1), np.inf)))


def test_without_autograd_one_line_says_what_to_install(
    make_driven: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "autograd", None)
    one = make_driven()
    with pytest.raises(CtloopError, match="pip install autograd"):
        descent(one, TRANSFER, one.outcome_hz)
