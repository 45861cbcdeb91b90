"""Statistics over paired seeds, and what may be claimed from them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from circuits.errors import CtloopError
from sims.alternation.declaration import ALTERNATION
from sims.experiments import listed
from sims.lesions.sentences import sentence, shown
from sims.lesions.statistics import (
    compare,
    correct,
    equivalence,
    holm,
    interval,
    pairs_needed,
    permutation_p,
    records,
    smallest_p,
    standardised,
)


def runs(*values: float | None, name: str = "content_outcome") -> list[dict[str, float | None]]:
    return [{name: v} for v in values]


@pytest.mark.parametrize(("n", "p"), [(1, 1.0), (3, 0.25), (8, 2 / 256)])
def test_n_pairs_allow_no_p_below_two_over_two_to_the_n(n: int, p: float) -> None:
    assert smallest_p(n) == p
    assert permutation_p(np.arange(1.0, n + 1)) == pytest.approx(p)


def test_the_pairs_needed_reach_alpha_and_one_less_does_not() -> None:
    for tests in (1, 6, 18):
        n = pairs_needed(tests)
        assert tests * smallest_p(n) <= 0.05 < tests * smallest_p(n - 1)


@given(st.lists(st.floats(-5, 5, allow_subnormal=False), min_size=3, max_size=9))
@settings(deadline=None, max_examples=40)
def test_the_permutation_test_agrees_with_scipys(values: list[float]) -> None:
    d = np.round(np.array(values), 3)
    theirs = stats.permutation_test(
        (d, np.zeros_like(d)), lambda x, y, axis: np.mean(x - y, axis=axis),
        permutation_type="samples", vectorized=True, n_resamples=np.inf,
    ).pvalue  # fmt: skip
    assert permutation_p(d) == pytest.approx(theirs)


def test_the_permutation_test_is_calibrated_beyond_the_exact_range() -> None:
    rng = np.random.default_rng(0)
    p = [permutation_p(rng.normal(0, 1, 16)) for _ in range(60)]
    assert 0.3 < np.mean(p) < 0.7
    assert permutation_p(rng.normal(3, 1, 16)) < 0.001


def test_holm_is_as_published() -> None:
    """Holm 1979: .01 .04 .03 .005 -> .03 .06 .06 .02."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_never_lowers_a_p_and_keeps_their_order(p: list[float]) -> None:
    q = holm(p)
    assert all(b >= a for a, b in zip(p, q, strict=True))
    assert all(x <= 1 for x in q)
    assert all(q[i] <= q[j] + 1e-12 for i in range(len(p)) for j in range(len(p)) if p[i] < p[j])


#: Numbers of pairs that the batteries of this project use, from the fewest to the most.
PAIRS = (3, 5, 8, 10, 12, 20)


@pytest.mark.parametrize("n", PAIRS)
def test_the_interval_covers_95_percent(n: int) -> None:
    """2000 samples: three standard errors of .95 are .015."""
    samples = np.random.default_rng(n).normal(0.4, 1.0, (2000, n))
    inside = [low <= 0.4 <= high for low, high in (interval(d, 0.95) for d in samples)]
    assert np.mean(inside) == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize("n", PAIRS)
def test_what_differs_by_the_bound_is_called_equivalent_in_5_percent_or_less(n: int) -> None:
    """The true difference is the bound itself, so each "equivalent" is an error; nominal .05."""
    samples = np.random.default_rng(n).normal(1.0, 0.3, (2000, n))
    wrong = [low >= -1.0 and high <= 1.0 for low, high in (interval(d, 0.90) for d in samples)]
    assert np.mean(wrong) < 0.05 + 0.015


def test_an_effect_that_hardly_varies_does_not_reach_to_none() -> None:
    """A cut pathway: content falls from 1 to 0 in most pairs; the interval must not touch 0."""
    intact = [{"x": v} for v in (1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0.98, 0.97)]
    (effect,) = compare(intact, [{"x": 0.0}] * 12)
    assert effect.effect_high is not None
    assert effect.effect_high < -10


def test_the_standardised_effect_is_hedges() -> None:
    d = np.array([1.0, 2.0, 3.0, 4.0])
    assert standardised(d) == pytest.approx(2.5 / d.std(ddof=1) * (1 - 3 / 11))
    assert standardised(np.zeros(4)) == 0.0
    assert standardised(np.full(4, 0.3)) is None
    assert standardised(np.array([0.1, 0.4])) is None


def test_sham_is_exactly_zero_and_equivalent() -> None:
    values = runs(0.9, 0.8, 0.95, 0.85)
    (e,) = correct(compare(values, values, primary=["content_outcome"],
                           bounds={"content_outcome": 0.1}))  # fmt: skip
    assert (e.difference, e.low, e.high, e.effect, e.p) == (0.0, 0.0, 0.0, 0.0, 1.0)
    assert e.equivalent
    assert sentence([e]).startswith(
        "lesion: content_outcome did not change by more than its bound of 0.1 (difference +0,"
    )


def test_a_value_that_does_not_exist_is_counted_and_never_taken_for_zero() -> None:
    (e,) = compare(runs(0.9, 0.8, 0.9), runs(None, 0.1, None), primary=["content_outcome"])
    assert (e.n, e.missing_intact, e.missing_lesioned) == (1, 0, 2)
    assert e.difference == pytest.approx(-0.7)
    assert e.p is None
    assert "could not be measured in 2 lesioned runs and no intact runs." in sentence([e])


def test_runs_that_do_not_pair_are_refused() -> None:
    with pytest.raises(CtloopError, match="do not pair"):
        compare(runs(1.0), runs(1.0, 2.0))


def test_primary_metrics_get_holm_and_the_rest_fdr() -> None:
    rng = np.random.default_rng(0)
    a = [{"x": rng.normal(), "y": rng.normal(), "z": rng.normal()} for _ in range(8)]
    b = [{k: v + 3 for k, v in m.items()} for m in a]
    found = correct(compare(a, b, primary=["x"]))
    assert [e.correction for e in found] == ["Holm", "FDR", "FDR"]
    assert all(
        e.p_corrected is not None and e.p is not None and e.p_corrected >= e.p for e in found
    )
    assert records(found)[0]["metric"] == "x"


# --- what may be claimed ----------------------------------------------------------------------------


def _sentence(d: np.ndarray, within: float = 0.1) -> tuple[str, bool]:
    before = 0.9 + 0 * d
    found = correct(compare(runs(*before), runs(*(before + d)), lesion="cut x",
                            primary=["content_outcome"], bounds={"content_outcome": within}))  # fmt: skip
    return sentence(found), shown(found[0])


def test_a_clear_fall_is_reported_with_its_interval_and_p() -> None:
    text, is_shown = _sentence(np.random.default_rng(0).normal(-0.5, 0.1, 10))
    assert is_shown
    assert text.startswith("cut x: content_outcome fell from 0.9 to 0.4")
    assert "95 % interval" in text
    assert "10 pairs of runs" in text
    assert "after Holm's correction" in text


def test_three_seeds_claim_nothing_however_large_the_fall() -> None:
    text, is_shown = _sentence(np.array([-0.5, -0.6, -0.55]))
    assert not is_shown
    assert "undecided" in text.lower()
    assert text.startswith("cut x: Whether content_outcome changed is undecided")
    assert "3 pairs of runs allow no p below 0.25" in text
    assert "fell" not in text


def test_absence_of_evidence_is_not_called_evidence_of_absence() -> None:
    text, _ = _sentence(np.random.default_rng(2).normal(0, 0.5, 8))
    assert "undecided" in text.lower()
    assert "did not change" not in text


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=10), st.floats(0.01, 0.5))
@settings(deadline=None, max_examples=60)
def test_no_sentence_claims_what_the_interval_does_not_allow(d: list[float], within: float) -> None:
    values = np.round(np.array(d), 4)
    base = runs(*([0.0] * len(values)))
    (e,) = correct(compare(base, runs(*values), lesion="cut x", primary=["content_outcome"],
                           bounds={"content_outcome": within}))  # fmt: skip
    text = sentence([e])
    assert e.low is not None
    assert e.high is not None
    if "rose" in text:
        assert e.low > 0
    if "fell" in text:
        assert e.high < 0
    if "did not change" in text:
        assert abs(e.difference or 0.0) <= within


def test_at_most_six_primary_metrics_and_each_has_a_bound() -> None:
    for one in listed():
        assert len(one.metrics.primary) <= 6
        assert all(one.metrics.bound(key, 1.0) is not None for key in one.metrics.primary)
        assert all(m.bound.why for m in one.metrics if m.bound is not None)
    metrics = ALTERNATION.metrics
    assert metrics.bound("rate_V1.L5IB_hz", 5.0) == pytest.approx(0.5)
    assert metrics.bound("nonsense", 1.0) is None


def test_two_one_sided_tests_agree_with_scipys_and_with_the_claim() -> None:
    rng = np.random.default_rng(1)
    for mean, bound in ((0.0, 1.0), (0.4, 0.5), (-0.9, 0.5)):
        d = rng.normal(mean, 0.4, 9)
        effect = compare(
            runs(*np.zeros(9)), runs(*d), bounds={"content_outcome": bound}
        )[0]  # fmt: skip
        found = equivalence(effect)
        assert found is not None
        assert (found.low, found.high) == pytest.approx(interval(d, 0.90))
        theirs = max(
            stats.ttest_1samp(d, -bound, alternative="greater").pvalue,
            stats.ttest_1samp(d, bound, alternative="less").pvalue,
        )
        assert found.p == pytest.approx(theirs)
        assert (found.p < 0.05) == effect.equivalent


def test_an_effect_without_a_bound_has_no_test_of_equivalence() -> None:
    assert equivalence(compare(runs(1.0, 2.0), runs(1.0, 3.0))[0]) is None
    same = compare(runs(1.0, 2.0), runs(1.0, 2.0), bounds={"content_outcome": 0.1})[0]
    assert equivalence(same) is not None
    assert same.equivalent
