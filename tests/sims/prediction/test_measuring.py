"""The metrics of made-up epochs: what one seed's run has, and why it has no more."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sims.measures.metric import none_hoped
from sims.prediction.decoding import cycles_since_omission, decode_prediction, learning_curve
from sims.prediction.epoch import Epoch
from sims.prediction.measuring import of_all
from sims.prediction.metrics import METRICS, goals
from sims.prediction.training import Course
from sims.stimuli.sequences import named

MakeCourse = Callable[..., Course]
LOOP = named("loop")
SYMBOLS = len(LOOP.symbols)


def test_a_circuit_that_shows_the_next_item_is_right_also_where_the_item_is_left_out(
    make_course: MakeCourse,
) -> None:
    found = of_all([make_course(0)], LOOP)
    assert found["seeds"] == 1
    assert found["accuracy_final"] == found["accuracy_omitted"] == 1.0
    assert found["copy_fraction"] == 0.0
    assert found["prediction_corr_above"] > 0.5
    assert found["cycles_to_90"] == 40


def test_a_circuit_that_shows_the_last_item_copies(make_course: MakeCourse) -> None:
    found = of_all([make_course(-1)], LOOP)
    assert found["accuracy_final"] == 0.0
    assert found["copy_fraction"] == 1.0
    assert found["prediction_corr_above"] < 0


def test_without_bursts_nothing_is_read_and_the_reason_is_given(make_course: MakeCourse) -> None:
    found = of_all([make_course(0, bursts=False)], LOOP)
    for key in ("accuracy_final", "accuracy_omitted", "copy_fraction", "silent_fraction"):
        assert found[key] is None
        assert "no burst of V1.L5IB" in found[f"{key}_reason"]
    assert found["burst_lag_ms"] is None
    assert found["bursts_per_item"] == 0.0


def test_of_two_seeds_the_one_without_a_value_is_noted(make_course: MakeCourse) -> None:
    found = of_all([make_course(0), make_course(0, bursts=False)], LOOP)
    assert found["accuracy_final"] == 1.0
    assert found["accuracy_final_per_seed"] == [1.0, None]
    assert found["accuracy_final_note"].startswith("1 seeds have none: no burst of V1.L5IB")


def test_every_null_of_a_run_has_its_reason(make_course: MakeCourse) -> None:
    found = of_all([make_course(0, bursts=False)], LOOP)
    nulls = [k for k, v in found.items() if v is None and not k.endswith("_per_seed")]
    assert nulls
    assert all(found[f"{key}_reason"] for key in nulls)


def test_primary_metrics_are_in_every_run_of_a_sequence_with_their_bounds(
    make_course: MakeCourse,
) -> None:
    found = of_all([make_course(0)], LOOP)
    assert set(METRICS.primary) - set(found) == {"legal_rate"}  # of grammars that branch
    assert len(METRICS.primary) <= 6
    assert all(METRICS.bound(key, 1.0) for key in METRICS.primary)


def test_nothing_is_hoped_of_a_control_or_a_lesioned_circuit() -> None:
    intact = {"experiment": {"sequence": "loop"}}
    assert goals(intact)("accuracy_final") is not None
    assert goals({**intact, "lesions": ["TRN"]}) is none_hoped
    assert goals({"experiment": {"sequence": "loop", "control": "hebb"}}) is none_hoped


def test_beside_an_accuracy_is_what_the_last_item_alone_would_give(make_course: MakeCourse) -> None:
    loop = of_all([make_course(0)], LOOP)
    for key in ("accuracy", "accuracy_omitted", "accuracy_after_omitted"):
        assert loop[f"{key}_context"] == pytest.approx(1.0)
        assert loop[f"{key}_over_context"] == pytest.approx(0.0)
    second = of_all([make_course(0)], named("second-order"))
    assert second["accuracy_context"] == pytest.approx(0.5, abs=0.02)
    assert second["accuracy_over_context"] == pytest.approx(1 - second["accuracy_context"])
    wrong = of_all([make_course(1)], named("second-order"))
    assert wrong["accuracy_over_context"] == pytest.approx(-wrong["accuracy_context"])
    unread = of_all([make_course(0, bursts=False)], LOOP)
    assert unread["accuracy_over_context"] is None
    assert unread["accuracy_over_context_reason"]


def test_cycles_are_counted_from_the_last_gap() -> None:
    gaps = np.array([False, True, False, False, True, False])
    assert list(cycles_since_omission(gaps)) == [-1, 0, 1, 2, 0, 1]


def test_templates_come_from_earlier_epochs_alone(
    make_epoch: Callable[..., Epoch], make_course: MakeCourse
) -> None:
    known, other = make_epoch(0), make_epoch(1)
    assert (decode_prediction([known], other, SYMBOLS) == (other.symbol + 1) % SYMBOLS).all()
    curve = learning_curve(make_course(-1), SYMBOLS)
    assert curve["right"].sum() == 0
    assert curve["copied"].sum() == pytest.approx(39)  # the first cycle has no item before it


def test_a_legal_rate_is_of_grammars_that_branch_with_its_floors(make_course: MakeCourse) -> None:
    shuffled = named("shuffled")
    assert of_all([make_course(0)], shuffled)["legal_rate"] == 1.0
    found = of_all([make_course(-1)], shuffled)
    assert found["legal_rate"] == 0.0
    assert found["legal_uniform"] > 0
    assert "legal_rate" not in of_all([make_course(0)], LOOP)
