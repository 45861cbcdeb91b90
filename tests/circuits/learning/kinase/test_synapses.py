"""The Brian2 text of the kinase synapse against the numpy reference."""

import numpy as np
import pytest

from circuits.errors import CtloopError
from circuits.learning.kinase.brian2_text import kinase_code, lean
from circuits.learning.kinase.reference import cycle_differences
from circuits.learning.kinase.rule import RULES, KinaseRule, bounded
from circuits.learning.kinase.synapses import plastic_synapses, replay, start_learning
from circuits.learning.kinase.trains import self_timed, states_at
from circuits.seeds import stream

T = 500.0
PAIRS = (np.arange(4), np.arange(4))


def trains(name, rate_hz=30.0):
    """Four Poisson trains on the 0.1 ms grid, padded, and as (cells, times)."""
    rng = stream(1, name)
    rows = [
        np.unique(np.round(rng.uniform(0, T - 1, rng.poisson(rate_hz * T / 1000)), 1))
        for _ in range(4)
    ]
    wide = max(map(len, rows))
    padded = np.array([np.r_[r, np.full(wide - len(r), np.inf)] for r in rows])
    cells = np.repeat(np.arange(4), [len(r) for r in rows])
    return padded, (cells, np.concatenate(rows))


PRE, PRE_SPIKES = trains("pre")
POST, POST_SPIKES = trains("post")
NEAR_EQUAL = KinaseRule(tau_cam_ms=39.0, tau_fast_ms=40.0, tau_slow_ms=40.0001)


@pytest.mark.parametrize("rule", [*RULES.values(), NEAR_EQUAL], ids=[*RULES, "near-equal"])
def test_brian2_holds_the_states_of_the_numpy_reference(rule):
    held = replay(rule, PRE_SPIKES, POST_SPIKES, PAIRS, T)
    truth = states_at(rule, PRE, POST, np.array([T]))
    for name in ("calcium", "cam", "fast", "slow"):
        np.testing.assert_allclose(getattr(held, name), getattr(truth, name)[:, 0], rtol=1e-9)


def test_the_clocked_synapse_agrees_within_1e_6():
    rule = RULES["cascade-saturating"]
    exact = replay(rule, PRE_SPIKES, POST_SPIKES, PAIRS, T)
    for kind in ("equations", "constants"):
        clocked = replay(rule, PRE_SPIKES, POST_SPIKES, PAIRS, T, clocked=kind)
        np.testing.assert_allclose(clocked.slow, exact.slow, rtol=1e-6)
        np.testing.assert_allclose(clocked.fast, exact.fast, rtol=1e-6)


def test_reading_at_the_end_of_given_cycles_moves_the_weight_within_bounds():
    rule = KinaseRule(rate=0.2)
    held = replay(rule, PRE_SPIKES, POST_SPIKES, PAIRS, 350.0, cycle_ms=100.0)
    # Brian2 reads in the last part of the step at 0, 100, 200 and 300 ms.
    w = np.full(4, 0.5)
    reads = cycle_differences(rule, PRE, POST, np.array([0.0, 100.0, 200.0, 300.0]))
    for k in range(4):
        w = bounded(rule.rate, reads[:, k], w)
    np.testing.assert_allclose(held.weight, w, rtol=1e-9)
    assert np.all(held.weight != 0.5)


def test_frozen_learning_keeps_the_weights_and_moves_the_traces():
    held = replay(
        RULES["cascade"], PRE_SPIKES, POST_SPIKES, PAIRS, T, cycle_ms=100.0, learning=False
    )
    assert np.all(held.weight == 0.5)
    assert np.all(held.slow > 0)


def test_learning_at_silence_commits_what_the_reference_commits():
    rule = KinaseRule(rate=0.2, silence_fraction=0.8)
    held = replay(rule, PRE_SPIKES, POST_SPIKES, PAIRS, T, readout="silence")
    commits = self_timed(rule, PRE, POST, T)
    w = np.full(4, 0.5)
    for k in range(commits.difference.shape[1]):
        w = bounded(rule.rate, commits.difference[:, k], w)
    assert np.any(w != 0.5)
    np.testing.assert_allclose(held.weight, w, rtol=1e-9)


def test_learning_at_repolarisation_commits_what_the_reference_commits():
    rule = KinaseRule(rate=0.2)
    plateau = np.zeros((5001, 4))
    plateau[1000:2500], plateau[3000:4200] = 1.0, 1.0
    # The neuron looks before the spikes of the step; its last look at the plateau is one step earlier.
    fall = np.array([250.0, 420.0])
    armed = np.array(
        [[np.any((POST[i] < f) & (POST[i] > f - 250.0)) for f in fall] for i in range(4)]
    )
    after = np.where(armed, fall, np.inf)
    # Before the first plateau the dendrite is at rest: an armed neuron falls at once.
    early = np.where(POST < 100.0, POST + 0.1, np.inf)
    between = np.where((POST >= 250.0) & (POST < 300.0), POST + 0.1, np.inf)
    late = np.where(POST >= 420.0, POST + 0.1, np.inf)
    falls = np.concatenate([after, early, between, late], axis=1)
    held = replay(rule, PRE_SPIKES, POST_SPIKES, PAIRS, T, readout="dendrite", dendrite=plateau)
    commits = self_timed(rule, PRE, POST, T, falls)
    w = np.full(4, 0.5)
    for k in range(commits.difference.shape[1]):
        w = bounded(rule.rate, commits.difference[:, k], w)
    assert np.any(w != 0.5)
    np.testing.assert_allclose(held.weight, w, rtol=1e-9)


#: A depressing pathway of two receptors, as the engine has them.
PATHWAY = """
w_AMPA : 1
w_NMDA : 1
x : 1
last : 1
"""
ON_SPIKE = """
x = 1 - (1 - x)*exp((last - t/ms)/200)
g_AMPA_post += w_AMPA*0.5*x
g_NMDA_post += w_NMDA*0.5*x
x = 0.5*x
last = t/ms
"""


def test_a_plastic_pathway_keeps_its_receptors_and_its_short_term_plasticity():
    """Frozen at w = 0.5 it adds exactly what it adds without the rule; stronger, twice at most."""
    import brian2 as b2

    b2.prefs.codegen.target = "numpy"
    found = {}
    for name, plastic, weight in (
        ("plain", False, 0.5),
        ("frozen", True, 0.5),
        ("full", True, 1.0),
    ):
        b2.start_scope()
        sender = b2.SpikeGeneratorGroup(4, *pre_spikes(b2))
        cells = b2.NeuronGroup(4, "g_AMPA : 1\ng_NMDA : 1", threshold="False")
        text = (sender, cells, PATHWAY, ON_SPIKE)
        if plastic:
            synapses = plastic_synapses(*text, RULES["cascade"], readout="silence")
        else:
            synapses = b2.Synapses(sender, cells, PATHWAY, on_pre=ON_SPIKE)
        synapses.connect(j="i")
        synapses.w_AMPA, synapses.w_NMDA = 1.0, 0.5
        synapses.x = 1.0
        synapses.last = -1e4
        if plastic:
            start_learning(synapses, RULES["cascade"], weight)
            synapses.learning = 0.0
        network = b2.Network(sender, cells, synapses)
        network.run(200 * b2.ms)
        found[name] = np.array([cells.g_AMPA[:], cells.g_NMDA[:]])
    np.testing.assert_allclose(found["frozen"], found["plain"], rtol=1e-12)
    np.testing.assert_allclose(found["full"], 2 * found["plain"], rtol=1e-12)


def pre_spikes(b2):
    """Presynaptic spikes as a generator group takes them."""
    return PRE_SPIKES[0], PRE_SPIKES[1] * b2.ms


def test_an_unknown_read_out_names_the_known_ones():
    with pytest.raises(CtloopError, match="cycle"):
        kinase_code(RULES["cascade"], "cycel")


def test_a_lean_synapse_holds_what_its_statements_name_and_no_more() -> None:
    whole = kinase_code(RULES["cascade"], "cycle")
    assert "c_look : 1" in lean(whole, looked_at=True).model
    lines = lean(whole, looked_at=False).model.splitlines()
    assert not [line for line in lines if "_look" in line or "fresh_kin" in line]
    assert {"r_kin : 1", "w_kin : 1", "rate_kin : 1", "t_kin : second"} <= set(lines)
    assert "fresh_kin : 1" in lean(kinase_code(RULES["cascade"], "silence"), looked_at=False).model
