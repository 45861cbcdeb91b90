"""What the metrics of a plasticity run are called, and what is said of them."""

import json

from sims.plasticity.flatten import flat
from sims.plasticity.metrics import METRICS
from sims.runs.perform import run

PUBLISHED_SEM = {"epsp_25_50": 0.15, "epsp_50_25": 0.10, "epsp_25_25": 0.15, "epsp_50_50": 0.08}


def test_every_metric_of_a_run_has_a_meaning_and_a_null_one_a_reason(tmp_path):
    """With NMDA blocked nothing changes, so the map has no line on which the sign changes."""
    request = {"cells": 2, "parts": ("map", "predictions"), "lesions": ("block NMDA",)}
    out = run("plasticity", out=tmp_path / "run", **request)
    metrics = json.loads((out / "metrics.json").read_text())
    reasons = {k for k in metrics if k.endswith("_reason")}
    assert [k for k in metrics if k not in reasons and METRICS.find(k) is None] == []
    assert {f"{k}_reason" for k, v in metrics.items() if v is None} == reasons
    assert reasons == {"map_slope_reason", "map_saturating_slope_reason"}
    assert metrics["map_errors_below"] == metrics["map_cases_below"]
    assert {v for k, v in metrics.items() if k.startswith("predicted_")} == {1.0}


def test_a_meaning_can_be_read_alone():
    assert [m.key for m in METRICS if m.meaning.startswith(("the same", "share in which"))] == []
    assert "25_50 minus" in METRICS.describe("rival_bcm_gate_order")[1]
    assert "standard error" in METRICS.describe("epsp_25_50_sem")[1]
    assert METRICS.describe("nonsense") == ("", "")


def test_the_four_published_conditions_judge_the_experiment_within_their_published_sem():
    assert set(METRICS.primary) == set(PUBLISHED_SEM)
    assert {k: METRICS.bound(k, 1.0) for k in METRICS.primary} == PUBLISHED_SEM


def test_a_rule_keeps_its_metric_name_whatever_tables_call_it():
    scores = dict.fromkeys(("chi2_fitted", "chi2_unseen", "boxes_unseen", "signs_unseen"), 0.5)
    row = {"rule": "CHL (given the halves)", "key": "chl_told_the_halves", "order": 0.1, **scores}
    variants = {"start": 1.4}
    known = {"25_50": {"variants": variants}}
    results = {"conditions": {}, "published_conditions": known, "fit": {}, "statistics": {}}
    metrics = flat({**results, "replication": {}, "rivals": [row]})
    assert metrics["rival_chl_told_the_halves_order"] == 0.1
    assert metrics["variants_inside"] == 1.0
