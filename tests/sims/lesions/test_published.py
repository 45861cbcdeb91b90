"""The published lesions: every row names paper, counterpart and criterion; verdicts follow intervals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sims.cli import main as cli
from sims.evoked.declaration import EvokedRequest
from sims.lesions.battery import Battery
from sims.lesions.files import dry_run
from sims.lesions.published import Check, judge, read, text, verdict

HERE = Path(__file__).parents[1]


def arms(before: list[float], after: list[float]) -> dict[str, list[dict[str, float]]]:
    return {"intact": [{"x": v} for v in before], "cut": [{"x": v} for v in after]}


FALLS = Check("falls by a quarter", "cut", ("x",), at_most=-0.25)


@pytest.mark.parametrize(
    ("after", "expected"),
    [([5, 5.1, 4.9], "pass"), ([10, 10.1, 9.9], "fail"), ([5, 10, 7], "undecided")],
)
def test_a_verdict_needs_the_whole_interval(after: list[float], expected: str) -> None:
    assert judge(FALLS, arms([10.0, 10.0, 10.0], after)).verdict == expected


def test_no_change_at_all_is_no_fall() -> None:
    check = Check("falls", "cut", ("x",), at_most=0.0)
    assert judge(check, arms([10.0, 10.0], [10.0, 10.0])).verdict == "undecided"


def test_nothing_left_is_less_than_a_tenth() -> None:
    """With the pulvinar silenced V2 answers nothing on any seed: a share of 0, not "no change"."""
    check = Check("less than a tenth", "cut", ("x",), share=True, at_most=0.1)
    assert judge(check, arms([10.0, 11.0, 12.0], [0.0, 0.0, 0.0])).verdict == "pass"


def test_a_metric_that_does_not_exist_is_no_value_and_no_pass() -> None:
    found = judge(FALLS, {"intact": [{"x": 1.0}, {"x": 1.0}], "cut": [{}, {"x": None}]})  # type: ignore[dict-item]
    assert found.verdict == "no value"
    assert verdict([found]) == "no value"


def test_a_share_and_a_plain_difference() -> None:
    share = Check("still a tenth", "cut", ("x",), share=True, at_least=0.1)
    assert judge(share, arms([10, 10, 10], [3, 3.1, 2.9])).value == pytest.approx(0.3)
    plain = Check("within 5", "cut", ("x",), relative=False, at_least=-5, at_most=5)
    assert judge(plain, arms([0, 1, 2], [1, 2.1, 3])).verdict == "pass"


def test_the_rows_are_complete_and_their_lesions_fit_the_circuit() -> None:
    rows, given, series, options = read()
    assert len(rows) >= 8
    names = {arm.name for arm in (*given, *series)} | {"intact"}
    for row in rows:
        assert row.paper
        assert row.measured
        assert row.counterpart
        assert row.failure_means
        for check in row.checks:
            assert {check.arm, check.against} <= names
            assert np.isfinite([check.at_least, check.at_most]).any()
    assert options["experiment"] == "evoked"
    every_dose = (arm for one in series for arm in one.arms())
    touched = dry_run(Battery((*given, *every_dose), 2, EvokedRequest(scale=0.001)))
    assert all(t.changes for t in touched.values())


def test_failures_stay_in_the_table_with_what_they_say_about_the_model() -> None:
    rows, given, series, _ = read()
    names = {m for row in rows for c in row.checks for m in c.metrics}
    rng = np.random.default_rng(0)
    same = [{m: 10 + rng.normal(0, 0.01) for m in names} for _ in range(5)]
    judged = text(rows, {name: same for name in ("intact", *(a.name for a in (*given, *series)))})
    assert f"{len(rows)} published lesions" in judged
    for row in rows:
        assert row.paper in judged
    assert "this means:" in judged


def test_the_dry_run_lists_every_arm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["lesion", "--published", "--scale", ".001", "--dry-run"]) == 0
    shown = capsys.readouterr().out
    assert "silence V1.L4E: touches" in shown
    assert "drive V1.L6CT 300pA: touches" in shown
    # Intact and 28 doses on 2 seeds, of which some are the same circuit; then intact and 7 fixed arms on 5.
    # Each is 3 stimuli of one second that is discarded and three that are measured.
    assert "first, to match doses:" in shown
    assert "48 runs, 0 of them done; to simulate: 576 circuit seconds" in shown
    assert "40 runs, 0 of them done; to simulate: 480 circuit seconds" in shown
    assert "and 5 arms at the doses that are chosen, with 5 seeds each" in shown


def test_at_most_three_rows_are_for_calibration_and_the_report_says_which() -> None:
    rows = read().rows
    assert {row.use for row in rows} == {"calibration", "never"}
    assert sum(row.use == "calibration" for row in rows) <= 3
    judged = text(
        rows,
        {name: [] for name in {c.arm for r in rows for c in r.checks} | {"intact", "without_l6pv"}},
    )
    before, after = judged.split("Never looked at while calibrating")
    assert "it has not so far" in before
    assert "Wimmer" in before
    assert "Trageser & Keller 2004" in after
