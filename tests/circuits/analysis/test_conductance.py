"""Conductances reconstructed after a run, against sums over every spike and synapse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circuits import equations, spec
from circuits.analysis import conductance
from circuits.equations import RECEPTORS
from circuits.errors import CtloopError
from circuits.records import STP, Edges, Spikes
from tiny import population, projection


def spikes_of(times, cells):
    order = np.argsort(times, kind="stable")
    return Spikes(np.asarray(times, float)[order], np.asarray(cells, np.int64)[order])


def edges_of(pre, post, delay_ms, **weight_ns):
    n = len(pre)
    weights = {r: np.broadcast_to(np.asarray(w, float), n).copy() for r, w in weight_ns.items()}
    delays = np.broadcast_to(np.asarray(delay_ms, float), n).copy()
    return Edges(np.asarray(pre, np.int64), np.asarray(post, np.int64), weights, delays)


def released_one_by_one(times, stp):
    x, u, last, out = 1.0, stp.U, None, []
    for t in times:
        if last is not None:
            x = 1 - (1 - x) * np.exp(-(t - last) / max(stp.D_ms, 1e-3))
            u = stp.U + (u - stp.U) * np.exp(-(t - last) / max(stp.F_ms, 1e-3))
        out.append(u * x)
        x, u, last = x * (1 - u), u + stp.U * (1 - u), t
    return out


def random_case(seed, n_pre=7, n_post=5, n_spikes=60, n_edges=20):
    rng = np.random.default_rng(seed)
    spikes = spikes_of(rng.uniform(0, 190, n_spikes).round(1), rng.integers(0, n_pre, n_spikes))
    edges = edges_of(
        rng.integers(0, n_pre, n_edges),
        rng.integers(0, n_post, n_edges),
        rng.uniform(0.5, 20, n_edges).round(1),
        AMPA=rng.uniform(0, 2, n_edges),
        NMDA=rng.uniform(0, 2, n_edges),
    )
    v_mv = rng.uniform(-80, -40, (200, n_post))
    return spikes, edges, v_mv


def by_brute_force(spikes, edges, stp, receptor, n_ms, n_post, fine=50):
    """Sample every synapse's exponential on a fine grid and average it over each bin."""
    tau = RECEPTORS[receptor].tau_ms
    grid = (np.arange(n_ms * fine) + 0.5) / fine
    g = np.zeros((n_ms * fine, n_post))
    for k in range(len(edges.pre)):
        times = spikes.times_ms[spikes.cells == edges.pre[k]]
        amounts = np.ones(len(times)) if stp is None else released_one_by_one(times, stp)
        for t, r in zip(times + edges.delay_ms[k], amounts, strict=True):
            after = grid >= t
            jump = edges.weight_ns[receptor][k] * r
            g[after, edges.post[k]] += jump * np.exp(-(grid[after] - t) / tau)
    return g.reshape(n_ms, fine, n_post).mean(axis=1)


@pytest.mark.parametrize(
    "stp", [None, STP(U=0.5, D_ms=500.0, F_ms=1.0), STP(U=0.09, D_ms=138.0, F_ms=670.0)]
)
def test_the_sum_over_target_cells_is_the_brute_force_sum(stp):
    spikes, edges, v_mv = random_case(1)
    found = conductance.summed(spikes, edges, stp, 200, v_mv)
    ampa = by_brute_force(spikes, edges, stp, "AMPA", 200, 5)
    nmda = by_brute_force(spikes, edges, stp, "NMDA", 200, 5)
    block = 1 / (1 + np.exp(-0.062 * v_mv) / 3.57)
    np.testing.assert_allclose(found["AMPA"], ampa.sum(axis=1), atol=0.02)
    np.testing.assert_allclose(found["AMPA"].sum(), ampa.sum(), rtol=1e-3)
    np.testing.assert_allclose(found["NMDA"], (nmda * block).sum(axis=1), atol=0.02)


def test_one_spike_delivers_weight_times_tau():
    """The integral of w exp(-t/tau) is w tau, whatever the place in the bin."""
    for t in (10.0, 10.3, 10.9):
        edges = edges_of([0], [0], 1.5, AMPA=3.0)
        g = conductance.summed(spikes_of([t], [0]), edges, None, 100)["AMPA"]
        assert g.sum() == pytest.approx(3.0 * RECEPTORS["AMPA"].tau_ms)
        assert np.flatnonzero(g)[0] == int(t + 1.5)


def test_nmda_lasts_as_long_as_the_target_cells_say():
    edges, v_mv = edges_of([0], [0], 1.5, NMDA=3.0), np.zeros((2000, 1))
    block = 1 / (1 + 1 / 3.57)
    for tau_ms in (50.0, 150.0):
        g = conductance.summed(spikes_of([10.0], [0]), edges, None, 2000, v_mv, tau_ms)["NMDA"]
        assert g.sum() == pytest.approx(3.0 * tau_ms * block, rel=1e-4)


def test_cells_add_up_to_the_sum():
    spikes, edges, v_mv = random_case(2)
    stp = STP(U=0.3, D_ms=300.0, F_ms=50.0)
    whole = conductance.summed(spikes, edges, stp, 200, v_mv)
    parts = [conductance.onto_cell(spikes, edges, stp, 200, c, v_mv[:, c]) for c in range(5)]
    for receptor in ("AMPA", "NMDA"):
        np.testing.assert_allclose(sum(p[receptor] for p in parts), whole[receptor])


def test_many_chunks_give_what_one_gives(monkeypatch):
    spikes, edges, v_mv = random_case(3)
    whole = conductance.summed(spikes, edges, None, 200, v_mv)
    monkeypatch.setattr(conductance, "_CHUNK", 7)
    again = conductance.summed(spikes, edges, None, 200, v_mv)
    np.testing.assert_allclose(again["AMPA"], whole["AMPA"])


def test_a_depressing_driver_settles_where_theory_says():
    """At a steady rate with u = U, x settles at (1 - e) / (1 - (1 - U) e), e = exp(-dt/D)."""
    stp = STP(U=0.5, D_ms=500.0, F_ms=0.0)
    r = conductance.release(spikes_of(np.arange(0, 20_000, 200.0), np.zeros(100)), stp)
    e = np.exp(-200 / 500)
    assert r[0] == 0.5
    assert r[-1] == pytest.approx(0.5 * (1 - e) / (1 - 0.5 * e), rel=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.01, 1), st.floats(1, 2000), st.floats(0, 2000), st.integers(0, 2**32 - 1))
def test_release_stays_a_fraction_and_follows_each_cell_alone(U, D, F, seed):
    rng = np.random.default_rng(seed)
    spikes = spikes_of(rng.uniform(0, 500, 40).round(1), rng.integers(0, 6, 40))
    stp = STP(U=U, D_ms=D, F_ms=F)
    released = conductance.release(spikes, stp)
    assert np.all((released >= 0) & (released <= 1))
    for cell in range(6):
        own = spikes.cells == cell
        np.testing.assert_allclose(released[own], released_one_by_one(spikes.times_ms[own], stp))


def test_charge_of_one_excitatory_spike_is_weight_tau_and_driving_force():
    """3 nS x 2 ms x 65 mV = 0.39 pC into a cell held at -65 mV; inhibition leaves it."""
    v = np.full(100, -65.0)
    everywhere = np.ones(100, dtype=bool)
    spike = spikes_of([5.0], [0])
    excited = conductance.onto_cell(spike, edges_of([0], [2], 1.0, AMPA=3.0), None, 100, 2)
    expected = 3.0 * RECEPTORS["AMPA"].tau_ms * 65.0 * 1e-3
    assert conductance.charge_pc(excited, v, everywhere) == pytest.approx(expected)
    inhibited = conductance.onto_cell(spike, edges_of([0], [2], 1.0, GABA_A=3.0), None, 100, 2)
    assert conductance.charge_pc(inhibited, v, everywhere) < 0


def test_charge_is_given_per_cycle_by_pathway_and_part():
    v = np.full(100, -65.0)
    g = conductance.onto_cell(
        spikes_of([5.0, 65.0], [0, 0]), edges_of([0], [2], 1.0, AMPA=3.0), None, 100, 2
    )
    inside = {"prediction": np.arange(100) < 50, "outcome": np.arange(100) >= 50}
    charge = conductance.charge_by_pathway({"a -> b": g}, v, inside, 2, "b", 2)
    assert charge.pathway == ("a -> b", "a -> b")
    assert charge.part == ("prediction", "outcome")
    np.testing.assert_allclose(charge.charge_pc, 0.39 / 2, rtol=1e-6)
    assert len(conductance.charge_by_pathway({"a -> b": g}, v, inside, 0, "b", 2).charge_pc) == 0


def test_a_cell_nobody_reaches_and_a_silent_source_get_zeros():
    edges = edges_of([0], [2], 1.0, AMPA=3.0)
    unreached = conductance.onto_cell(spikes_of([5.0], [0]), edges, None, 50, 1)
    silent = conductance.summed(spikes_of([], []), edges, STP(U=0.5, D_ms=100.0, F_ms=0.0), 50)
    np.testing.assert_array_equal(unreached["AMPA"], np.zeros(50))
    np.testing.assert_array_equal(silent["AMPA"], np.zeros(50))


def test_nmda_without_voltages_is_refused():
    with pytest.raises(CtloopError, match="voltages"):
        conductance.summed(spikes_of([5.0], [0]), edges_of([0], [0], 1.0, NMDA=1.0), None, 50)


def test_the_engine_opens_the_same_conductance(monkeypatch):
    """The engine's own synapse equations, stepped by Brian2, against the reconstruction."""
    b2 = pytest.importorskip("brian2")
    from circuits.engine.kinds import kind_group, link

    monkeypatch.setitem(b2.prefs, "codegen.target", "numpy")
    step = equations.DT_MS * b2.ms
    spikes, edges, _ = random_case(4)
    stp = STP(U=0.3, D_ms=300.0, F_ms=50.0)
    source = b2.SpikeGeneratorGroup(7, spikes.cells, spikes.times_ms * b2.ms, dt=step)
    decay = "\n".join(f"dg_{r}/dt = -g_{r}/({k.tau_ms}*ms) : 1" for r, k in RECEPTORS.items())
    cells = b2.NeuronGroup(5, decay, method="exact", dt=step)
    one = projection("A", "B", receptors={"AMPA": 1.0}, stp=stp)
    table = kind_group(spec.assemble([population("A"), population("B")], [one]), source.clock)
    synapses = b2.Synapses(
        source, cells, equations.SYNAPSE, on_pre=equations.ON_SPIKE, dt=step, method="exact"
    )
    link(synapses, table)
    synapses.connect(i=edges.pre, j=edges.post)
    synapses.delay = edges.delay_ms * b2.ms
    synapses.weight, synapses.u = edges.weight_ns["AMPA"], stp.U
    seen = b2.StateMonitor(cells, "g_AMPA", record=True, when="end", dt=step)
    b2.Network(source, cells, table, synapses, seen).run(200 * b2.ms)
    stepped = np.asarray(seen.g_AMPA).sum(axis=0).reshape(200, 10).mean(axis=1)
    found = conductance.summed(spikes, _only(edges, "AMPA"), stp, 200)["AMPA"]
    # The engine samples the decaying conductance at its steps; the difference is under one step.
    np.testing.assert_allclose(found, stepped, atol=0.06 * stepped.max())
    assert found.sum() == pytest.approx(stepped.sum(), rel=0.03)


def _only(edges, receptor):
    return Edges(edges.pre, edges.post, {receptor: edges.weight_ns[receptor]}, edges.delay_ms)
