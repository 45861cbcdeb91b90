"""Any projection of a circuit learns when its spec says so, by the rule the spec names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from circuits import spec
from circuits.engine.choose import available_engines
from circuits.engine.simulate import Result, simulate
from circuits.equations import DT_MS
from circuits.errors import CtloopError, UnknownName
from circuits.learning.kinase.reference import cycle_differences
from circuits.learning.kinase.rule import Floats, bounded, contrast
from circuits.learning.kinase.trains import self_timed
from circuits.learning.record import Learning, learning_of
from circuits.lesions import lesion
from circuits.records import STP, Projection, Spikes
from circuits.spec.sources import check_sources
from tiny import firing, projection

INPUT, LOCAL, BACK = "Retina.GC -> LGN.TC", "LGN.TC -> V1.E", "V1.E -> LGN.TC"
MS = 130.0
QUICK = ("learning.cycle=50ms", "learning.rate=.2")


def _projection(source: str, target: str, nano: float) -> Projection:
    return projection(
        source, target, receptors={"AMPA": nano, "NMDA": nano / 4}, stp=STP(U=0.5, D_ms=50, F_ms=20)
    )


def _circuit(*settings: str) -> spec.Circuit:
    circuit = spec.assemble(
        [
            firing("Retina.GC", count=12, spike_source=True),
            firing("LGN.TC", count=12),
            firing("V1.E", count=12),
        ],
        [
            _projection("Retina.GC", "LGN.TC", 4.0),
            _projection("LGN.TC", "V1.E", 3.0),
            _projection("V1.E", "LGN.TC", 1.0),
        ],
    )
    for text in settings:
        circuit = spec.set_parameter(circuit, text)
    return circuit


def _run(
    circuit: spec.Circuit,
    use: str = "numpy",
    every_ms: float = 0.0,
    until_ms: float = 80.0,
    first: dict[str, Floats] | None = None,
) -> Result:
    # Inputs fall silent: so do rates, and weights fall as well as rise.
    rng = np.random.default_rng(5)
    times = np.sort(rng.uniform(0, until_ms, 200))
    inputs = {"Retina.GC": Spikes(times, rng.integers(0, 12, times.size))}
    return simulate(
        circuit, duration_ms=MS, seed=1, inputs=inputs, engine=use, record_weights_ms=every_ms,
        first_weights=first,
    )  # fmt: skip


def _trains(result: Result) -> list[list[float]]:
    return [[*s.times_ms.tolist(), *s.cells.tolist()] for _, s in sorted(result.spikes.items())]


def _rows(spikes: Spikes, cells: np.ndarray, delay_ms: np.ndarray) -> Floats:
    """Spike times of each synapse's cell, later by its delay; on the grid, within the run."""
    trains = []
    for cell, delay in zip(cells, delay_ms, strict=True):
        steps = np.unique(np.round(spikes.times_ms[spikes.cells == cell] / DT_MS))
        steps = steps + np.round(delay / DT_MS)
        trains.append(steps[steps * DT_MS < MS - DT_MS / 2] * DT_MS)
    out = np.full((len(trains), max(t.size for t in trains)), np.inf)
    for row, train in zip(out, trains, strict=True):
        row[: train.size] = train
    return out


def _paired(result: Result, name: str) -> tuple[Floats, Floats]:
    """The trains of every synapse of a projection: presynaptic (as they arrive), postsynaptic."""
    edges = result.edges[name]
    source, target = name.split(" -> ")
    pre = _rows(result.spikes[source], edges.pre, edges.delay_ms)
    return pre, _rows(result.spikes[target], edges.post, np.zeros(edges.post.size))


# --- learning ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "rule"), [(INPUT, "cascade"), (LOCAL, "parallel"), (BACK, "cascade-saturating")]
)
def test_weights_are_those_of_the_reference_on_the_same_spikes(name: str, rule: str) -> None:
    circuit = _circuit(f"{name}.plastic=1", f"learning.rule={rule}", *QUICK)
    result, kinase = _run(circuit), learning_of(circuit).kinase
    pre, post = _paired(result, name)
    expected = np.full(pre.shape[0], 0.5)
    for difference in cycle_differences(kinase, pre, post, np.array([50.0, 100.0])).T:
        expected = bounded(kinase.rate, difference, expected)
    assert np.ptp(expected) > 1e-3
    assert result.weights[name].final == pytest.approx(expected, rel=1e-6)


def test_weights_that_time_themselves_are_those_of_the_reference() -> None:
    quiet = ("LGN.TC.background=0pA", f"{INPUT}.AMPA=20nS", f"{INPUT}.NMDA=0nS")
    timed = ("learning.rule=parallel", "learning.readout=silence")
    circuit = _circuit(f"{INPUT}.plastic=1", *timed, *quiet, *QUICK)
    result, kinase = _run(circuit, until_ms=15.0), learning_of(circuit).kinase
    commits = self_timed(kinase, *_paired(result, INPUT), MS).difference
    expected = np.full(commits.shape[0], 0.5)
    for difference in commits.T:
        expected = bounded(kinase.rate, difference, expected)
    assert np.ptp(expected) > 1e-3
    assert result.weights[INPUT].final == pytest.approx(expected, rel=1e-6)


def test_several_projections_learn_side_by_side_and_only_they() -> None:
    result = _run(_circuit(f"{INPUT}.plastic=1", f"{LOCAL}.plastic=1", *QUICK))
    assert set(result.weights) == {INPUT, LOCAL}
    for name, learnt in result.weights.items():
        assert learnt.final.shape == result.edges[name].pre.shape
        assert np.ptp(learnt.final) > 1e-3
        assert learnt.final.min() >= 0
        assert learnt.final.max() <= 1


def test_what_is_learnt_changes_what_the_cells_do() -> None:
    learning = _circuit(f"{INPUT}.plastic=1", "learning.cycle=20ms", "learning.rate=2")
    frozen = spec.set_parameter(learning, "learning.rate=0")
    one, other = _run(learning), _run(frozen)
    assert contrast(one.weights[INPUT].final).max() > 1.2
    assert _trains(one) != _trains(other)


# --- not learning --------------------------------------------------------------------------------


def test_frozen_weights_stay_and_act_as_the_spec_says() -> None:
    frozen = _run(_circuit(f"{LOCAL}.plastic=1", "learning.rate=0"))
    assert (frozen.weights[LOCAL].final == 0.5).all()
    # At 0.5 a synapse has the conductance of the spec: the same spikes as without plasticity.
    assert _trains(frozen) == _trains(_run(_circuit()))


def test_the_freeze_lesion_is_a_circuit_without_plasticity() -> None:
    frozen = _run(lesion(_circuit(f"{LOCAL}.plastic=1"), f"freeze {LOCAL}"))
    assert frozen.weights == {}
    assert _trains(frozen) == _trains(_run(_circuit()))


@pytest.mark.parametrize("window", ["0ms to 60ms", "60ms to 120ms"])
def test_learning_is_frozen_within_a_window_without_rebuilding(window: str) -> None:
    begin, end = (float(t.removesuffix("ms")) for t in window.split(" to "))
    circuit = _circuit(f"{LOCAL}.plastic=1", f"{INPUT}.plastic=1", *QUICK)
    result = _run(lesion(circuit, f"freeze {LOCAL} from {window}"), every_ms=10.0)
    held, free = result.weights[LOCAL], result.weights[INPUT]
    inside = (held.times_ms >= begin) & (held.times_ms < end)
    assert (np.ptp(held.sampled[inside], axis=0) == 0).all()
    # Of the read-outs at 50 and 100 ms, the window holds one.
    assert np.count_nonzero(np.ptp(np.diff(held.sampled, axis=0), axis=1)) == 1
    assert np.count_nonzero(np.ptp(np.diff(free.sampled, axis=0), axis=1)) == 2


def test_the_spec_of_a_circuit_without_plasticity_is_what_it_was() -> None:
    circuit = _circuit()
    assert "learning" not in spec.to_dict(circuit)
    assert _run(circuit).weights == {}


# --- recorded ------------------------------------------------------------------------------------


def test_weights_and_traces_are_sampled_on_the_way() -> None:
    learnt = _run(_circuit(f"{LOCAL}.plastic=1", *QUICK), every_ms=25.0).weights[LOCAL]
    assert learnt.times_ms == pytest.approx([0, 25, 50, 75, 100, 125])
    assert learnt.sampled.shape == (6, 60)
    assert (learnt.sampled[0] == 0.5).all()
    assert (learnt.sampled[-1] == learnt.final).all()
    assert learnt.traced.shape == (50,)
    for name in ("calcium", "cam", "fast", "slow"):
        assert learnt.traces[name].shape == (6, 50)
    # What the traces say at the end of a cycle is what the weights did then.
    step = 0.2 * (learnt.traces["fast"][2] - learnt.traces["slow"][2])
    assert learnt.sampled[2, :50] - 0.5 == pytest.approx(0.5 * step)


def test_sampling_changes_no_spike() -> None:
    circuit = _circuit(f"{LOCAL}.plastic=1", *QUICK)
    assert _trains(_run(circuit, every_ms=25.0)) == _trains(_run(circuit))


@pytest.mark.slow
@pytest.mark.compile
@pytest.mark.parametrize("use", ["cython", "standalone"])
@pytest.mark.parametrize("every_ms", [0.0, 25.0])
def test_compiled_weights_are_those_of_numpy(use: str, every_ms: float) -> None:
    if use not in available_engines():
        pytest.skip(f"{use} does not work here")
    circuit = _circuit(f"{INPUT}.plastic=1", f"{LOCAL}.plastic=1", *QUICK)
    expected = _run(circuit, every_ms=every_ms).weights
    for name, learnt in _run(circuit, use=use, every_ms=every_ms).weights.items():
        assert learnt.final == pytest.approx(expected[name].final, rel=1e-6)
        assert learnt.sampled == pytest.approx(expected[name].sampled, rel=1e-6)
        assert set(learnt.traces) == set(expected[name].traces)
        for trace, values in learnt.traces.items():
            assert values == pytest.approx(expected[name].traces[trace], rel=1e-6, abs=1e-9)


@pytest.mark.slow
@pytest.mark.compile
def test_standalone_resolves_synapses_that_time_themselves_as_numpy_does() -> None:
    if "standalone" not in available_engines():
        pytest.skip("C++ standalone does not work here")
    quiet = ("LGN.TC.background=0pA", f"{INPUT}.AMPA=20nS", f"{INPUT}.NMDA=0nS")
    timed = ("learning.rule=parallel", "learning.readout=silence")
    circuit = _circuit(f"{INPUT}.plastic=1", *timed, *quiet, *QUICK)
    one, other = (_run(circuit, use=use, until_ms=15.0) for use in ("standalone", "numpy"))
    assert np.ptp(other.weights[INPUT].final) > 1e-3
    assert one.weights[INPUT].final == pytest.approx(other.weights[INPUT].final, rel=1e-6)


# --- where weights begin -------------------------------------------------------------------------


def test_weights_begin_where_an_earlier_run_ended_and_act_from_the_start() -> None:
    circuit = _circuit(f"{LOCAL}.plastic=1", "learning.rate=0")
    first = np.linspace(0.1, 0.9, 60)
    begun = _run(circuit, first={LOCAL: first})
    assert begun.weights[LOCAL].final == pytest.approx(first)
    assert _trains(begun) != _trains(_run(circuit))


@pytest.mark.parametrize(
    ("name", "first"), [(LOCAL, np.full(59, 0.5)), (LOCAL, np.full(60, 1.1)), ("LGN -> V1", [])]
)
def test_first_weights_that_fit_no_projection_are_refused(name: str, first: Floats) -> None:
    with pytest.raises(CtloopError):
        _run(_circuit(f"{LOCAL}.plastic=1"), first={name: first})


def test_a_projection_that_does_not_learn_takes_no_first_weights() -> None:
    with pytest.raises(CtloopError, match="is not plastic"):
        _run(_circuit(), first={LOCAL: np.full(60, 0.5)})


# --- the spec ------------------------------------------------------------------------------------


def test_how_a_circuit_learns_is_saved_and_loaded_without_loss(tmp_path: Path) -> None:
    circuit = _circuit(
        f"{LOCAL}.plastic=1", "learning.rule=parallel", "learning.readout=silence",
        "learning.cycle=125ms", "learning.rate=*0.1",
    )  # fmt: skip
    spec.save(circuit, tmp_path / "circuit.json")
    back = spec.load(tmp_path / "circuit.json")
    assert spec.same(back, circuit)
    assert spec.fingerprint(back) == spec.fingerprint(circuit)
    assert learning_of(back) == learning_of(circuit)
    assert learning_of(back).cycle_ms == 125
    assert learning_of(back).rate == pytest.approx(0.1 * Learning().rate)
    assert learning_of(back).sources["cycle_ms"] == "set by the user"


def test_the_default_learning_is_saved_with_what_learns() -> None:
    circuit = _circuit(f"{LOCAL}.plastic=1")
    assert spec.to_dict(circuit)["learning"]["cycle_ms"] == 200
    assert spec.same(spec.from_dict(spec.to_dict(circuit)), circuit)


def test_the_numbers_of_learning_have_sources() -> None:
    check_sources(spec.with_learning(spec.assemble([], []), Learning()))
    bare = spec.with_learning(spec.assemble([], []), replace(Learning(), sources={}))
    with pytest.raises(CtloopError, match=r"learning has no source for .*cycle_ms"):
        check_sources(bare)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("learning.cycle=0ms", "longer than 0 ms"),
        ("learning.pre=0ms", "longer than 0 ms"),
        ("learning.rate=-1", "a rate of 0 or more"),
        ("learning.readout=dendrite", 'use "cycle"'),
        ("learning.cycle=3mV", "ms"),
    ],
)
def test_learning_that_cannot_be_is_refused_in_one_line(text: str, message: str) -> None:
    with pytest.raises(CtloopError, match=message) as error:
        _circuit(text)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "text", ["learning.rule=cascades", "learning.readout=cycles", "learning.rat=1"]
)
def test_an_unknown_name_of_learning_lists_the_nearest(text: str) -> None:
    with pytest.raises(UnknownName):
        _circuit(text)
