"""A circuit in NEST's words, without NEST: models, times and weights."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from circuits.engine.state import first_state
from circuits.equations import NOISE_TAU_MS, SLOW_DT_MS, magnesium_block
from circuits.nest import translate
from circuits.records import STP, Edges, Spikes
from tiny import CELL, population, projection


def _edges(**weights: float) -> Edges:
    two = np.arange(2)
    return Edges(two, two, {r: np.full(2, g) for r, g in weights.items()}, np.array([0.02, 1.56]))


def _translated(
    receptors: tuple[str, ...], edges: Edges, stp: STP | None = None
) -> list[translate.Synapses]:
    one = projection("V1.A", "V1.B", stp=stp)
    return list(translate.synapses(one, edges, population("V1.B"), receptors, 0.1))


def test_a_cell_keeps_its_numbers_and_is_held_one_step_less() -> None:
    cells = population("V1.A", cell=replace(CELL, tref_ms=2.5, b_pa=20.0), background_pa=30.0)
    state = first_state(cells, 0, 0, {})
    found, *others = translate.cell_parameters(cells, ("AMPA", "GABA_A"), state, 0.1)
    assert len(others) == 19
    assert found["V_m"] == state["v"][0]
    assert (found["C_m"], found["V_peak"], found["b"]) == (200, -30, 20)
    assert found["t_ref"] == pytest.approx(2.4)
    assert (found["tau_syn_ex"], found["E_ex"]) == (2.0, 0.0)
    assert (found["tau_syn_in"], found["E_in"]) == (8.3, -75.0)
    assert found["I_e"] == 30.0


def test_the_sign_of_a_weight_says_which_of_two_conductances_is_meant() -> None:
    found = _translated(("AMPA", "GABA_A"), _edges(AMPA=1.0, GABA_A=3.0))
    assert [one.parameters["weight"][0] for one in found] == [1.0, -3.0]
    assert {one.model for one in found} == {"static_synapse"}


def test_delays_are_whole_steps_and_at_least_one() -> None:
    (found,) = _translated(("AMPA",), _edges(AMPA=1.0))
    np.testing.assert_allclose(found.parameters["delay"], [0.1, 1.6])


def test_nmda_keeps_the_share_of_channels_that_is_free_at_threshold() -> None:
    (found,) = _translated(("NMDA",), _edges(NMDA=1.0))
    assert found.parameters["weight"][0] == magnesium_block(np.array(CELL.VT_mv))


def test_a_conductance_that_rises_has_the_tail_of_one_that_jumps() -> None:
    found = _translated(("AMPA", "NMDA", "GABA_A"), _edges(GABA_A=2.0))[0].parameters
    onset, decay = translate.RISE_MS, 8.3
    t = np.linspace(0.0, 5.0, 500_001)
    shape = np.exp(-t / decay) - np.exp(-t / onset)
    conductance = found["weight"][0] * shape / shape.max()  # NEST's weight is the peak
    assert found["receptor_type"][0] == 3
    np.testing.assert_allclose(conductance[-1], 2.0 * np.exp(-t[-1] / decay), rtol=1e-6)


def test_short_term_plasticity_begins_recovered() -> None:
    (found,) = _translated(("AMPA",), _edges(AMPA=1.0), STP(U=0.4, D_ms=300.0, F_ms=0.0))
    assert found.model == "tsodyks2_synapse"
    own = {k: v[0] for k, v in found.parameters.items()}
    assert (own["U"], own["u"], own["x"], own["tau_rec"]) == (0.4, 0.4, 1.0, 300.0)
    assert own["tau_fac"] < 0.01


def test_a_given_spike_is_handed_over_one_step_later_and_once_a_step() -> None:
    spikes = Spikes(np.array([3.0, 0.0, 3.01, 1.0]), np.array([0, 0, 0, 1]))
    first, second, third = translate.given_times(spikes, 3, 0.1)
    np.testing.assert_allclose(first, [0.1, 3.1])
    np.testing.assert_allclose(second, [1.1])
    assert third.size == 0


def test_the_background_noise_has_its_spread_and_its_memory() -> None:
    rng = np.random.default_rng(0)
    times, current = translate.noise_steps(40.0, 200, 1000.0, 0.1, rng)
    late = current[:, 100:]
    assert times[4] == pytest.approx(4 * SLOW_DT_MS - 0.1)
    assert np.all(np.diff(times) > 0)
    assert late.std() == pytest.approx(40.0, rel=0.03)
    memory = np.mean(late[:, 1:] * late[:, :-1]) / late.var()
    assert memory == pytest.approx(np.exp(-SLOW_DT_MS / NOISE_TAU_MS), rel=0.01)
