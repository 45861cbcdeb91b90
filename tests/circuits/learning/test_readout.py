"""All synapses read out together when a population burst is over, and what keeps them in bounds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from circuits import spec
from circuits.engine.choose import available_engines
from circuits.engine.simulate import Result, simulate
from circuits.equations import DT_MS
from circuits.errors import CtloopError, UnknownName
from circuits.learning.kinase.reference import cycle_differences
from circuits.learning.kinase.rule import Floats, bounded, contrast
from circuits.learning.record import RIVALS, Learning, learning_of
from circuits.learning.replay.changes import delta, kinase, product_rule, weights_after
from circuits.learning.replay.read_times import phases, read_times
from circuits.learning.rivals import scale_of, sizes
from circuits.records import OneToFew, Population, Projection, Spikes
from tiny import QUICK_CELL, population, projection

LEARNS = "Retina.GC -> V2.E"
MS = 260.0
#: What keeping the integrals of a synapse in 4 bytes moves a weight by.
ROUNDING = 2e-6
VOLLEYS = (20.0, 120.0, 220.0)
BURST = ("learning.readout=burst", "learning.burst_source=V1.B", "learning.rate=.5")


def _population(name: str, source: bool = False, pa: float = 0.0) -> Population:
    return population(
        name, cell=QUICK_CELL, count=10, spike_source=source, background_pa=pa, noise_pa=pa / 6
    )


def _projection(source: str, target: str, nano: float, **fields: object) -> Projection:
    return projection(source, target, receptors={"AMPA": nano}, **fields)


def _circuit(*settings: str) -> spec.Circuit:
    """Let a burster fire once at every volley, beside a plastic pathway that it has no synapse on."""
    circuit = spec.assemble(
        [
            _population("Eye.V", source=True), _population("V1.B"),
            _population("Retina.GC", source=True), _population("V2.E", pa=230.0),
        ],
        [
            _projection("Eye.V", "V1.B", 60.0, rule=OneToFew(), weight_cv=0.0),
            _projection("Retina.GC", "V2.E", 3.0, plastic=True, weight_cv=0.3),
        ],
    )  # fmt: skip
    for text in (*BURST, *settings):
        circuit = spec.set_parameter(circuit, text)
    return circuit


def _run(circuit: spec.Circuit, engine: str = "numpy", every_ms: float = 0.0) -> Result:
    rng = np.random.default_rng(2)
    times = np.sort(rng.uniform(0, MS, 300))
    volleys = np.repeat(VOLLEYS, 10)
    inputs = {
        "Retina.GC": Spikes(times, rng.integers(0, 10, times.size)),
        "Eye.V": Spikes(volleys, np.tile(np.arange(10), len(VOLLEYS))),
    }
    return simulate(
        circuit, duration_ms=MS, seed=1, inputs=inputs, engine=engine, record_weights_ms=every_ms
    )


def _due(result: Result, learning: Learning) -> list[float]:
    """When the documented timer is due, from the burster's spikes alone, ms."""
    steps = np.round(result.spikes["V1.B"].times_ms / DT_MS).astype(int)
    spikes = np.bincount(steps, minlength=round(MS / DT_MS)) / 10
    decay = np.exp(-DT_MS / learning.burst_tau_ms)
    x, peak, rested, found = 0.0, 0.0, True, []
    for step, more in enumerate(spikes):
        if peak == 0.0 and rested and x >= learning.burst_arm:
            peak, rested = x, False
        peak = max(peak, x) if peak else 0.0
        if peak and x <= learning.burst_fall * peak:
            found.append((step * DT_MS) + learning.burst_delay_ms)
            peak = 0.0
        rested = rested or (peak == 0.0 and x < learning.burst_arm)
        x = x * decay + more
    return [t for t in found if t < MS]


def _rows(spikes: Spikes, cells: np.ndarray, delay_ms: np.ndarray) -> Floats:
    trains = []
    for cell, delay in zip(cells, delay_ms, strict=True):
        steps = np.unique(np.round(spikes.times_ms[spikes.cells == cell] / DT_MS))
        steps = steps + np.round(delay / DT_MS)
        trains.append(steps[steps * DT_MS < MS - DT_MS / 2] * DT_MS)
    out = np.full((len(trains), max(t.size for t in trains)), np.inf)
    for row, train in zip(out, trains, strict=True):
        row[: train.size] = train
    return out


def _trains(result: Result) -> tuple[Floats, Floats]:
    edges = result.edges[LEARNS]
    pre = _rows(result.spikes["Retina.GC"], edges.pre, edges.delay_ms)
    return pre, _rows(result.spikes["V2.E"], edges.post, np.zeros(edges.post.size))


def test_one_read_out_a_burst_at_the_time_a_leaky_trace_gives() -> None:
    circuit = _circuit("learning.burst_tau=15ms", "learning.burst_fall=.4")
    result = _run(circuit, every_ms=DT_MS)
    seen = result.weights[LEARNS]
    changed = np.flatnonzero(np.any(np.diff(seen.sampled, axis=0) != 0, axis=1))
    due = _due(result, learning_of(circuit))
    assert len(due) == len(VOLLEYS)
    assert seen.times_ms[changed + 1] == pytest.approx(due)
    assert read_times(learning_of(circuit), result.spikes["V1.B"], 10, MS) == pytest.approx(due)
    # One volley of n spikes a cell falls to the fraction after -tau ln(fraction).
    last = result.spikes["V1.B"].times_ms
    first = last[last < 100].max()
    assert due[0] - first == pytest.approx(-15 * np.log(0.4), abs=2.5)


def test_the_delay_comes_after_the_fall() -> None:
    early = _due(_run(_circuit()), learning_of(_circuit()))
    late = _circuit("learning.burst_delay=12ms")
    seen = _run(late, every_ms=DT_MS).weights[LEARNS]
    changed = np.flatnonzero(np.any(np.diff(seen.sampled, axis=0) != 0, axis=1))
    assert seen.times_ms[changed + 1] == pytest.approx(np.array(early) + 12)


def test_a_trace_that_never_arms_reads_nothing() -> None:
    result = _run(_circuit("learning.burst_arm=9"))
    assert (result.weights[LEARNS].final == 0.5).all()


@pytest.mark.parametrize(("pre_ms", "fast_scale"), [(30, 1.0), (100, 0.8)])
def test_weights_are_those_of_the_reference_read_at_the_bursts(
    pre_ms: int, fast_scale: float
) -> None:
    circuit = _circuit(f"learning.pre={pre_ms}ms", f"learning.fast_scale={fast_scale}")
    result, learning = _run(circuit), learning_of(circuit)
    assert (learning.kinase.tau_pre_ms, learning.kinase.fast_scale) == (pre_ms, fast_scale)
    expected = np.full(result.edges[LEARNS].pre.size, 0.5)
    due = np.array(_due(result, learning))
    for difference in cycle_differences(learning.kinase, *_trains(result), due).T:
        expected = bounded(learning.kinase.rate, difference, expected)
    assert np.ptp(expected) > 1e-3
    assert result.weights[LEARNS].final == pytest.approx(expected, rel=1e-6, abs=ROUNDING)


def test_the_rule_is_scaled_with_the_outcome_and_its_traces_with_it() -> None:
    usual = Learning(pre_ms=100.0)
    assert usual.kinase == replace(Learning().kinase, tau_pre_ms=100.0)
    short = learning_of(_circuit("learning.phase=32.5ms", "learning.pre=100ms"))
    own = short.kinase
    scaled = (own.tau_post_ms, own.tau_cam_ms, own.tau_fast_ms, own.tau_slow_ms)
    assert scaled == pytest.approx((19.5, 3.25, 26.0, 26.0))
    assert own.tau_pre_ms == 100.0
    assert short.traces.post_ms == pytest.approx(19.5)
    assert replace(usual, rule="hebb").traces.post_ms == 30.0


def test_zero_sum_takes_the_mean_change_of_a_receiver_from_each_of_its_synapses() -> None:
    circuit = _circuit("learning.homeostasis=zero-sum", "learning.rate=.1")
    result, learning = _run(circuit), learning_of(circuit)
    post = result.edges[LEARNS].post
    weight = np.full(post.size, 0.5)
    due = np.array(_due(result, learning))
    for difference in cycle_differences(learning.kinase, *_trains(result), due).T:
        change = bounded(learning.kinase.rate, difference, weight) - weight
        many = np.maximum(np.bincount(post, change != 0, 10), 1)
        change -= (change != 0) * (np.bincount(post, change, 10) / many)[post]
        weight = np.clip(weight + change, 0, 1)
    assert np.ptp(weight) > 1e-3
    assert result.weights[LEARNS].final == pytest.approx(weight, rel=1e-6)
    replayed = kinase(learning.kinase)(*_trains(result), due)
    replayed = weights_after(learning, replayed, post, np.full(post.size, 0.5))
    assert replayed == pytest.approx(weight, rel=1e-6)
    assert np.bincount(post, weight, 10) == pytest.approx(np.full(10, 2.5))


def test_scaling_keeps_the_summed_conductance_of_a_receiver() -> None:
    free, scaled = _circuit(), _circuit("learning.homeostasis=scaling")
    for circuit, holds in ((free, False), (scaled, True)):
        result = _run(circuit)
        edges, learnt = result.edges[LEARNS], result.weights[LEARNS]
        whole = np.bincount(edges.post, edges.weight_ns["AMPA"], 10)
        factor = contrast(learnt.final) * (1.0 if learnt.scale is None else learnt.scale)
        now = np.bincount(edges.post, edges.weight_ns["AMPA"] * factor, 10)
        assert (now == pytest.approx(whole)) is holds


def test_homeostasis_goes_with_the_read_out_of_the_cycle() -> None:
    clock = ("learning.readout=cycle", "learning.cycle=50ms")
    plain, same = _run(_circuit(*clock)), _circuit(*clock, "learning.homeostasis=zero-sum")
    none = _run(spec.set_parameter(same, "learning.submean=0"))
    assert none.weights[LEARNS].final == pytest.approx(plain.weights[LEARNS].final, abs=ROUNDING)
    assert _run(same).weights[LEARNS].final != pytest.approx(plain.weights[LEARNS].final)


# --- the controls --------------------------------------------------------------------------------


#: Volleys of this circuit are 100 ms apart, its cells fire faster than cortex.
RIVAL = (
    "learning.rate=.1", "learning.pre=100ms", "learning.homeostasis=zero-sum",
    "learning.sender=60Hz", "learning.receiver=25Hz",
)  # fmt: skip


def _replayed(name: str, result: Result, learning: Learning) -> Floats:
    """Work out the weights that a rule leaves, from the spikes of a simulation alone."""
    found = phases(learning, result.spikes["V1.B"], 10, MS)
    if not learning.rival:
        rule = kinase(learning.kinase)
    elif name == "delta":
        rule = delta(learning.traces, found)
    else:
        rule = product_rule(name, learning.traces)
    size = scale_of(name, learning) if learning.rival else 1.0
    change = rule(*_trains(result), found[:, 2]) * size
    post = result.edges[LEARNS].post
    return weights_after(learning, change, post, np.full(post.size, 0.5))


@pytest.mark.parametrize("name", RIVALS)
def test_a_control_rule_has_the_traces_of_the_kinase_rule_and_the_weights_of_its_replay(
    name: str,
) -> None:
    circuit = _circuit(f"learning.rule={name}", *RIVAL)
    result, learning = _run(circuit, every_ms=DT_MS), learning_of(circuit)
    assert (learning.traces.pre_ms, learning.traces.post_ms) == (100.0, 30.0)
    seen, expected = result.weights[LEARNS], _replayed(name, result, learning)
    assert np.ptp(expected) > 1e-3
    assert seen.final == pytest.approx(expected, rel=1e-5, abs=20 * ROUNDING)
    assert seen.traces["eligibility"].shape[1] == 50


@pytest.mark.parametrize(("name", "softness"), [("cascade", 0.0), ("cascade", 0.4), ("hebb", 0.0)])
def test_a_harder_bound_in_the_circuit_is_that_of_the_replay(name: str, softness: float) -> None:
    circuit = _circuit(f"learning.rule={name}", f"learning.softness={softness}", *RIVAL)
    result, learning = _run(circuit), learning_of(circuit)
    expected = _replayed(name, result, learning)
    soft = _replayed(name, result, replace(learning, softness=1.0))
    assert np.abs(expected - soft).max() > 1e-4
    assert result.weights[LEARNS].final == pytest.approx(expected, rel=1e-5, abs=20 * ROUNDING)


def test_the_plain_delta_rule_learns_only_where_a_prediction_came_before_the_burst() -> None:
    circuit = _circuit("learning.rule=delta", *RIVAL, "learning.predicts_after=60ms")
    result, learning = _run(circuit, every_ms=DT_MS), learning_of(circuit)
    found = phases(learning, result.spikes["V1.B"], 10, MS)
    assert np.isnan(found[:, 0]).tolist() == [True, False, False]
    assert found[1:, 0] == pytest.approx(found[:-1, 2] + 60.0)
    assert np.all(np.diff(found[1:], axis=1) > 0)
    seen = result.weights[LEARNS]
    changed = np.flatnonzero(np.any(np.diff(seen.sampled, axis=0) != 0, axis=1))
    assert seen.times_ms[changed + 1] == pytest.approx(found[1:, 2])


def test_one_learning_rate_means_about_the_same_for_all_rules() -> None:
    learning = Learning(pre_ms=100.0)
    found = sizes(learning.kinase, learning.traces)
    for name in RIVALS:
        scaled = found[name] * scale_of(name, learning)
        assert scaled == pytest.approx(found["kinase"], rel=0.01)


@pytest.mark.parametrize("name", [name for name in RIVALS if name != "delta"])
def test_a_control_rule_runs_with_the_clock_too(name: str) -> None:
    clocked = _circuit(f"learning.rule={name}", "learning.readout=cycle", "learning.cycle=50ms")
    clocked = spec.set_parameter(clocked, "learning.rate=.1")
    assert np.ptp(_run(clocked).weights[LEARNS].final) > 1e-4


@pytest.mark.slow
@pytest.mark.compile
@pytest.mark.parametrize("engine", ["cython", "standalone"])
@pytest.mark.parametrize("homeostasis", ["none", "zero-sum", "scaling"])
def test_compiled_weights_are_those_of_numpy(homeostasis: str, engine: str) -> None:
    if engine not in available_engines():
        pytest.skip(f"{engine} does not work here")
    circuit = _circuit(f"learning.homeostasis={homeostasis}", "learning.from=50ms")
    one, other = (_run(circuit, use).weights[LEARNS] for use in ("numpy", engine))
    assert np.ptp(one.final) > 1e-3
    assert other.final == pytest.approx(one.final, rel=1e-6)
    assert other.scale == (None if one.scale is None else pytest.approx(one.scale, rel=1e-6))


def test_nothing_is_read_out_before_it_begins() -> None:
    seen = _run(_circuit("learning.from=100ms"), every_ms=DT_MS).weights[LEARNS]
    early = seen.sampled[seen.times_ms < 100]
    assert (early == 0.5).all()
    assert np.ptp(seen.final) > 1e-3


# --- refused -------------------------------------------------------------------------------------


def test_a_burst_of_nobody_is_refused_with_the_nearest_names() -> None:
    with pytest.raises(UnknownName, match=r"V1\.B"):
        _run(_circuit("learning.burst_source=V1.C"))


@pytest.mark.parametrize(
    "text",
    [
        "learning.burst_fall=1",
        "learning.burst_tau=0ms",
        "learning.submean=2",
        "learning.fast_scale=0",
        "learning.sender=0Hz",
        "learning.predicts_after=0ms",
        "learning.phase=0ms",
        "learning.softness=1.1",
    ],
)
def test_learning_that_cannot_be_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(CtloopError, match="learning needs") as error:
        _circuit(text)
    assert "\n" not in str(error.value)


def test_the_plain_delta_rule_needs_a_burst() -> None:
    with pytest.raises(CtloopError, match="readout=burst") as error:
        spec.set_parameter(_circuit("learning.readout=cycle"), "learning.rule=delta")
    assert "\n" not in str(error.value)


def test_synapses_that_time_themselves_have_no_common_homeostasis() -> None:
    with pytest.raises(CtloopError, match="does not go with homeostasis"):
        replace(Learning(), readout="silence", homeostasis="zero-sum")
