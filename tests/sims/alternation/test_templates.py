"""Templates are made once for all lesions of a seed, and the numbers are those of a run alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from circuits.runs.store import read_meta, read_metrics
from sims.alternation.declaration import ALTERNATION, TEMPLATE, AlternationRequest
from sims.evoked.declaration import EVOKED, EvokedRequest
from sims.runs.address import address
from sims.runs.executors import opener
from sims.runs.perform import perform
from sims.runs.pool import failures, finished, run_all

CUT = "V1.L5IB -> Pulvinar.TRC"
SMALL = {"scale": 0.005, "engine": "numpy", "duration_s": 0.2}


def ask(**more: object) -> AlternationRequest:
    return AlternationRequest(**{**SMALL, "without_l6": False, **more})  # type: ignore[arg-type]


def test_all_lesions_of_a_seed_share_two_templates_and_settings_have_their_own() -> None:
    intact, cut, other = ask(), ask(lesions=(CUT,)), ask(settings=("V1.L5IB.b=80pA",))
    of = [{address(t) for t in ALTERNATION.shared(r)} for r in (intact, cut, other)]
    assert of[0] == of[1]
    assert not of[0] & of[2]
    assert len(of[0]) == len(of[2]) == 2
    assert of[0] == {address(t) for t in ALTERNATION.shared(ask(condition="congruent"))}
    assert not of[0] & {address(t) for t in ALTERNATION.shared(ask(seed=1))}
    assert EVOKED.shared(EvokedRequest(scale=0.005)) == ()


def test_a_lesion_costs_one_simulation_a_surrogate_two() -> None:
    long = {"duration_s": 10.0, "scale": 0.001}
    assert ALTERNATION.circuit_seconds(ask(**long, lesions=(CUT,))) == 11
    assert ALTERNATION.circuit_seconds(ask(**long, lesions=(f"replay {CUT} across cells",))) == 22
    assert ALTERNATION.circuit_seconds(ask(**long, without_l6=True)) == 22
    assert [TEMPLATE.circuit_seconds(t) for t in ALTERNATION.shared(ask(**long))] == [6, 6]


@pytest.mark.slow
def test_a_run_with_templates_of_the_store_has_the_numbers_of_one_without(tmp_path: Path) -> None:
    asked = [ask(), ask(lesions=(CUT,))]
    found = run_all(asked, tmp_path / "store", open_executor=opener(2), workers=2)
    assert failures(list(found.values())) == []
    assert len([f for f in (tmp_path / "store").glob("?" * 20) if finished(f)]) == 4
    from_store = read_metrics(found[asked[1]].folder)
    wall = read_meta(found[asked[1]].folder)["wall_s"]
    assert not [k for k in wall if k.startswith(("template", "without"))]
    alone = perform(asked[1], tmp_path / "alone", figures=False)
    assert from_store == read_metrics(alone)
    assert any(k.startswith("template") for k in read_meta(alone)["wall_s"])
    assert from_store["relay_prediction_by_l6_hz"] is None
