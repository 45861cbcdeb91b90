"""The gradient as a product: each loss against its differences, and all factors against that of the twin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from circuits.learning.kinase.rule import contrast
from sims.prediction.gradient.factors import Factors, Loss, downhill
from sims.prediction.gradient.marks import arriving_activity
from sims.prediction.gradient.recording import EXCITES, INHIBITS, Recording, peak_ns
from sims.prediction.gradient.twin import Transfer, descent, drive

TRANSFER = Transfer(8.0, 3.0, 0.5, 1.0, 1.5, (400.0, 30.0, 50.0))
Make = Callable[..., Recording]


def rates(one: Recording, given: np.ndarray) -> np.ndarray:
    return np.asarray(TRANSFER.rate(given, one.drives[EXCITES], one.drives[INHIBITS]))


def test_with_all_factors_it_is_the_gradient_of_the_squared_distance_by_the_weight(
    make_driven: Make,
) -> None:
    pytest.importorskip("autograd")
    one = make_driven()
    some = np.arange(3, one.weight.size, 7)
    whole = Factors(loss="squared", conductance=True, curve=True)
    assert downhill(one, TRANSFER, one.outcome_hz, some, whole) == pytest.approx(
        descent(one, TRANSFER, one.outcome_hz)[some], rel=1e-8
    )


def test_the_reported_one_is_error_times_activity(make_driven: Make) -> None:
    one = make_driven()
    error = one.outcome_hz - rates(one, drive(one.weight, one))
    found = downhill(one, TRANSFER, one.outcome_hz, np.arange(one.weight.size))
    pre, post = one.edges.pre[17], one.edges.post[17]
    assert found[17] == pytest.approx(error[:, post] * one.sender_hz[:, pre])


def test_without_twin_and_window_it_is_the_exact_rule(make_driven: Make) -> None:
    one = make_driven()
    bare = Factors(twin=False, window=False)
    found = downhill(one, TRANSFER, one.outcome_hz, np.array([17]), bare)[0]
    error = one.outcome_hz - one.prediction_hz
    x = arriving_activity(one)
    assert found == pytest.approx(error[:, one.edges.post[17]] * x[:, one.edges.pre[17]])


@pytest.mark.parametrize("loss", ["matched", "counts", "squared"])
def test_each_loss_has_its_gradient_by_the_conductance(make_driven: Make, loss: Loss) -> None:
    pytest.importorskip("autograd")
    one, synapse, step = make_driven(), 17, 1e-4
    pre, post = one.edges.pre[synapse], one.edges.post[synapse]
    base, outcome = drive(one.weight, one), one.outcome_hz[:, post]

    def at(further_ns: float) -> np.ndarray:
        given = base.copy()
        given[:, post] += further_ns * one.sender_hz[:, pre]
        return rates(one, given)[:, post]

    low, high = at(-step), at(step)
    slope = {
        "matched": (at(0.0) - outcome) * one.sender_hz[:, pre],
        "counts": (high - low - outcome * np.log(high / low)) / (2 * step),
        "squared": ((high - outcome) ** 2 - (low - outcome) ** 2) / (4 * step),
    }[loss]
    found = downhill(one, TRANSFER, one.outcome_hz, np.array([synapse]), Factors(loss=loss))[0]
    assert found == pytest.approx(-slope, rel=1e-4, abs=1e-3)


def test_the_conductance_and_the_curve_belong_to_the_synapse(make_driven: Make) -> None:
    pytest.importorskip("autograd")
    one, some, h = make_driven(), np.array([17]), 1e-5
    plain = downhill(one, TRANSFER, one.outcome_hz, some)
    peak = downhill(one, TRANSFER, one.outcome_hz, some, Factors(conductance=True))
    curve = downhill(one, TRANSFER, one.outcome_hz, some, Factors(curve=True))
    w = one.weight[some]
    assert peak == pytest.approx(plain * peak_ns(one.edges)[17])
    assert curve == pytest.approx(plain * (contrast(w + h) - contrast(w - h)) / (2 * h))


def test_cells_far_below_threshold_keep_their_error_by_counts_and_lose_it_by_distance(
    make_driven: Make,
) -> None:
    pytest.importorskip("autograd")
    one, some = make_driven(), np.array([17])
    silent = replace(TRANSFER, threshold=2e3)
    by_counts = downhill(one, silent, one.outcome_hz, some, Factors(loss="counts"))[0]
    expected = one.outcome_hz[:, one.edges.post[17]] * one.sender_hz[:, one.edges.pre[17]]
    assert by_counts == pytest.approx(expected * silent.layer6 / silent.units[0])
    assert not downhill(one, silent, one.outcome_hz, some, Factors(loss="squared")).any()
