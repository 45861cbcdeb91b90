"""The error that is sent back to layer 6: against differences of the loss, and its marks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from circuits.learning.kinase.rule import contrast
from circuits.records import Edges
from sims.prediction.gradient.backpropagation import (
    hidden_downhill,
    hidden_marks,
    relay_error,
    sent_back,
)
from sims.prediction.gradient.factors import slope as slope_of
from sims.prediction.gradient.marks import arriving_activity
from sims.prediction.gradient.recording import EXCITES, INHIBITS, Recording, peak_ns
from sims.prediction.gradient.twin import Transfer, drive, drives_of

OUTPUT = Transfer(8.0, 3.0, 0.5, 1.0, 1.5, (400.0, 30.0, 50.0))
HIDDEN = Transfer(6.0, 2.0, 0.5, 1.0, 1.0, (30.0, 30.0, 50.0))
Make = Callable[..., Recording]


def two_layers(make_driven: Make) -> tuple[Recording, Recording]:
    """Give a made-up pathway onto the senders of another one, in the same cycles."""
    relay = make_driven()
    hidden, rng = len(relay.sender), np.random.default_rng(7)
    below = make_driven(1)
    pre, post = (a.ravel() for a in np.meshgrid(np.arange(len(below.sender)), np.arange(hidden)))
    return relay, replace(
        below,
        edges=Edges(pre, post, {"NMDA": rng.uniform(0.5, 1.5, pre.size)}, np.full(pre.size, 2.0)),
        weight=rng.uniform(0.3, 0.7, pre.size),
        receiver=relay.sender,
        drives={n: rng.uniform(0, 60, (len(relay.read), hidden)) for n in (EXCITES, INHIBITS)},
        held_ms=150.0,
    )


def test_what_is_sent_back_goes_through_the_conductances(make_driven: Make) -> None:
    relay = make_driven()
    one_cell = np.zeros((1, len(relay.receiver)))
    one_cell[0, 5] = 2.0
    found = sent_back(one_cell, relay)[0]
    onto = relay.edges.post == 5
    each = peak_ns(relay.edges) * contrast(relay.weight)
    expected = np.bincount(relay.edges.pre[onto], 2.0 * each[onto], len(relay.sender))
    assert found == pytest.approx(expected)


def test_it_is_the_gradient_of_the_loss_by_the_conductance(make_driven: Make) -> None:
    pytest.importorskip("autograd")
    relay, below = two_layers(make_driven)
    synapse, step = 23, 1e-4
    error = sent_back(relay_error(relay, OUTPUT), relay) * slope_of(HIDDEN, drives_of(below))
    found = hidden_downhill(below, error, np.array([synapse]))[0]
    pre, post = below.edges.pre[synapse], below.edges.post[synapse]
    base = drive(below.weight, below)
    onto = sent_back(np.eye(len(relay.receiver)), relay)[:, post]

    def loss(change: float) -> np.ndarray:
        """Give the matched loss of each cycle, whose slope by the drive is prediction less outcome."""
        moved = base.copy()
        moved[:, post] += change * below.sender_hz[:, pre]
        before, after = (
            HIDDEN.rate(u, below.drives[EXCITES], below.drives[INHIBITS]) for u in (base, moved)
        )
        drive_change = (after - before)[:, [post]] * onto
        middle = drive(relay.weight, relay) + drive_change / 2.0
        rate = OUTPUT.rate(middle, relay.drives[EXCITES], relay.drives[INHIBITS])
        return np.sum((rate - relay.outcome_hz) * drive_change, axis=1)

    slope = (loss(step) - loss(-step)) / (2.0 * step)
    assert np.abs(found).max() > 0
    assert -slope == pytest.approx(found, rel=1e-4, abs=1e-6 * np.abs(found).max())


def test_the_exact_mark_is_the_recorded_error_and_the_outcome_mark_has_no_prediction(
    make_driven: Make,
) -> None:
    relay, below = two_layers(make_driven)
    some = np.array([23])
    made = hidden_marks(below, relay, some)
    pre, post = below.edges.pre[23], below.edges.post[23]
    x = arriving_activity(below)[:, pre]
    error = sent_back(relay.outcome_hz - relay.prediction_hz, relay)[:, post]
    assert made["exact"][0] == pytest.approx(error * x)
    assert made["outcome"][0] == pytest.approx(sent_back(relay.outcome_hz, relay)[:, post] * x)
    assert made["misplaced"][0] != pytest.approx(made["exact"][0])
