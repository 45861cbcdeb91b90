"""Other plasticity rules: what each makes of spikes."""

import numpy as np
import pytest

from sims.plasticity.other_rules.rules import BINS, OTHER_RULES, Binned


def test_rules_do_nothing_without_spikes():
    silent = Binned(np.zeros((1, BINS)), np.zeros((1, BINS)))
    middle = {"tau": 20.0, "theta": 1e-9}
    for rule in OTHER_RULES:
        p = {n: middle.get(n, float(np.sqrt(a * b))) for n, (a, b) in rule.searched.items()}
        assert rule.per_window(silent, p)[0] == pytest.approx(0.0, abs=1e-9)


def test_chl_is_given_where_the_halves_are():
    spikes = np.zeros((1, BINS))
    spikes[0, [10, 110, 130]] = 1.0
    (chl,) = [r for r in OTHER_RULES if r.name.startswith("CHL")]
    assert chl.per_window(Binned(spikes, spikes), {})[0] > 0


def test_the_metric_names_of_rules_are_words_and_differ():
    keys = [rule.key for rule in OTHER_RULES]
    assert "pair_stdp_gate" in keys
    assert len(set(keys)) == len(keys)
