"""The comparison of rules under one protocol."""

from circuits.learning.kinase.rule import RULES
from sims.plasticity.other_rules.comparison import compare
from sims.plasticity.other_rules.rules import OTHER_RULES
from sims.plasticity.preparation import prepare


def test_an_order_blind_rule_cannot_fit_what_the_kinase_rule_fits():
    others = tuple(r for r in OTHER_RULES if r.name == "Hebbian covariance")
    prepared = prepare(RULES["cascade"], "cycle", 12, seed=0)
    kinase, hebb = compare(prepared, budget=60, others=others)
    assert kinase["chi2_unseen"] < 1.0 < hebb["chi2_unseen"]
    assert kinase["order"] > 0.5
    assert abs(hebb["order"]) < 0.2
    assert kinase["signs_unseen"] == 1.0
