"""Constants of the kinase rule, set by name."""

import pytest

from circuits.errors import CtloopError, UnknownName
from circuits.learning.kinase.rule import KinaseRule
from sims.plasticity.settings import canonical, changed_rule


@pytest.mark.parametrize("name", ["rule.slow", "rule.tau_slow", "rule.tau_slow_ms"])
def test_a_constant_has_a_short_and_a_full_name_and_a_unit(name):
    assert changed_rule(KinaseRule(), [f"{name}=.06s"]) == KinaseRule(tau_slow_ms=60.0)


def test_a_factor_acts_on_what_the_constant_is():
    fitted = KinaseRule(rate=0.03, fast_scale=0.98)
    assert changed_rule(fitted, ["rule.rate=*.5"]).rate == pytest.approx(0.015)
    assert changed_rule(fitted, ["rule.fast_scale=1"]).fast_scale == 1.0


def test_constants_that_are_only_right_together_can_be_set_in_any_order():
    found = changed_rule(KinaseRule(), ["rule.fast=60", "rule.slow=80"])
    assert (found.tau_fast_ms, found.tau_slow_ms) == (60.0, 80.0)


def test_the_form_is_a_word_and_calcium_may_be_made_to_saturate():
    found = changed_rule(KinaseRule(), ["rule.form=parallel", "rule.slow=60", "rule.saturation=2"])
    assert (found.form, found.saturation) == ("parallel", 2.0)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("rule.slw=60ms", "nearest: slow"),
        ("V1.L5IB.b=80pA", "nearest: rule"),
        ("rule.form=casc", "nearest: cascade"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(text, says):
    with pytest.raises(UnknownName, match=says):
        changed_rule(KinaseRule(), [text])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("slow", "cannot read"),
        ("rule.slow=60mV", "is a voltage"),
        ("rule.slow=10ms", "must be faster"),
        ("rule.saturation=*2", "no value"),
    ],
)
def test_what_cannot_be_set_is_refused(text, says):
    with pytest.raises(CtloopError, match=says):
        changed_rule(KinaseRule(), [text])


def test_equal_settings_are_written_alike():
    assert canonical(["rule.slow=.06s"]) == canonical(["rule.tau_slow_ms=60"])
    assert canonical(["rule.rate=*.5"]) == ["rule.rate=*0.5"]
