"""What a lesion does to spikes, on the engine that needs no compiler."""

from __future__ import annotations

import numpy as np
import pytest

from circuits import spec
from circuits.engine.choose import available_engines
from circuits.engine.simulate import Result, simulate
from circuits.errors import CtloopError
from circuits.lesions import lesion
from circuits.lesions.surrogates import surrogate, troughs
from circuits.machine import cache
from circuits.records import STP, Spikes
from tiny import firing, projection

MS = 120.0
INPUT = "Retina.GC -> LGN.TC"


def _circuit() -> spec.Circuit:
    depressing = STP(U=0.5, D_ms=200, F_ms=1)
    return spec.assemble(
        [
            firing("Retina.GC", 0, spike_source=True),
            firing("LGN.TC", 50),
            firing("V1.E", 210),
            firing("V2.E", 210),
        ],
        [
            projection("Retina.GC", "LGN.TC", receptors={"AMPA": 20.0}, stp=depressing),
            projection("V1.E", "V2.E", receptors={"AMPA": 4.0}, stp=depressing),
            projection("V2.E", "V1.E", receptors={"AMPA": 1.0}),
        ],
    )


def _run(circuit: spec.Circuit, duration_ms: float = MS) -> Result:
    times = np.sort(np.random.default_rng(0).uniform(0, duration_ms, 200))
    cells = np.random.default_rng(1).integers(0, 20, 200)
    return simulate(
        circuit, duration_ms=duration_ms, seed=1, engine="numpy",
        inputs={"Retina.GC": Spikes(times, cells)},
    )  # fmt: skip


@pytest.fixture(scope="module")
def circuit() -> spec.Circuit:
    return _circuit()


@pytest.fixture(scope="module")
def intact(circuit: spec.Circuit) -> Result:
    return _run(circuit)


def equal(one: Spikes, other: Spikes) -> bool:
    return np.array_equal(one.times_ms, other.times_ms) and np.array_equal(one.cells, other.cells)


def test_the_intact_circuit_fires_everywhere(intact: Result) -> None:
    assert all(s.times_ms.size > 5 for s in intact.spikes.values())


@pytest.mark.parametrize("text", ["sham", "sham from 40ms to 80ms"])
def test_a_sham_lesion_changes_not_one_spike(
    circuit: spec.Circuit, intact: Result, text: str
) -> None:
    after = _run(lesion(circuit, text))
    assert all(equal(after.spikes[n], intact.spikes[n]) for n in intact.spikes)


def test_a_cut_is_felt_downstream_and_nowhere_else(circuit: spec.Circuit, intact: Result) -> None:
    after = _run(lesion(circuit, "Retina.GC -> LGN.TC"))
    assert after.spikes["LGN.TC"].times_ms.size < intact.spikes["LGN.TC"].times_ms.size
    assert equal(after.spikes["V1.E"], intact.spikes["V1.E"])
    assert equal(after.spikes["V2.E"], intact.spikes["V2.E"])


def test_silenced_cells_fire_exactly_no_spike(circuit: spec.Circuit, intact: Result) -> None:
    after = _run(lesion(circuit, "silence V1"))
    assert after.spikes["V1.E"].times_ms.size == 0
    half = _run(lesion(circuit, "silence V1.E .5")).spikes["V1.E"]
    silent = set(range(20)) - set(half.cells.tolist())
    assert len(silent) >= 5
    assert half.times_ms.size > 0
    assert equal(after.spikes["LGN.TC"], intact.spikes["LGN.TC"])


def test_a_silenced_source_sends_no_spike(circuit: spec.Circuit) -> None:
    after = _run(lesion(circuit, "silence Retina from 40ms to 80ms"))
    times = after.spikes["Retina.GC"].times_ms
    assert not ((times >= 40) & (times < 80)).any()
    assert (times < 40).any()
    assert (times >= 80).any()


def test_a_hyperpolarising_current_silences_too(circuit: spec.Circuit) -> None:
    after = _run(lesion(circuit, "silence V1 by current"))
    assert (after.spikes["V1.E"].times_ms > 10).sum() == 0


def test_a_drive_makes_its_cells_fire_more_and_only_in_its_window(
    circuit: spec.Circuit, intact: Result
) -> None:
    after = _run(lesion(circuit, "drive V1.E 400pA from 40ms to 80ms"))

    def count(result: Result, start: float, stop: float) -> int:
        t = result.spikes["V1.E"].times_ms
        return int(((t >= start) & (t < stop)).sum())

    assert count(after, 0, 40) == count(intact, 0, 40)
    assert count(after, 40, 80) > count(intact, 40, 80)


def test_one_run_holds_baseline_silencing_and_recovery(circuit: spec.Circuit) -> None:
    """Before the window not one spike differs, in it there is none, after it cells fire again."""
    long = 180.0
    before, after = _run(circuit, long), _run(lesion(circuit, "V2 from 60ms to 110ms"), long)
    t0, t1 = before.spikes["V2.E"].times_ms, after.spikes["V2.E"].times_ms
    assert np.array_equal(t0[t0 < 60], t1[t1 < 60])
    assert not ((t1 >= 60) & (t1 < 110)).any()
    assert (t1 >= 110).any()


def test_static_synapses_release_every_time_what_they_released_first(
    circuit: spec.Circuit, intact: Result
) -> None:
    after = _run(lesion(circuit, f"static {INPUT}"))
    assert after.spikes["LGN.TC"].times_ms.size > intact.spikes["LGN.TC"].times_ms.size


@pytest.mark.parametrize("text", ["rate_matched", "replay", "replay {} in time"])
def test_a_surrogate_drives_the_terminals_in_the_sources_stead(
    circuit: spec.Circuit, intact: Result, text: str
) -> None:
    sentence = text.format("V1.E -> V2.E") if "{}" in text else f"{text} V1.E -> V2.E"
    after = _run(lesion(circuit, sentence))
    driving = after.surrogates["V1.E -> V2.E"]
    assert not equal(driving, intact.spikes["V1.E"])
    assert set(after.spikes) == set(intact.spikes)
    assert equal(after.spikes["LGN.TC"], intact.spikes["LGN.TC"])
    assert not equal(after.spikes["V2.E"], intact.spikes["V2.E"])
    if text != "rate_matched":
        assert driving.times_ms.size == intact.spikes["V1.E"].times_ms.size


@pytest.mark.slow
@pytest.mark.compile
def test_no_lesion_and_no_seed_compiles_anything_new(circuit: spec.Circuit) -> None:
    """Cython: the modules in Brian2's cache are counted before and after."""
    if "cython" not in available_engines():
        pytest.skip("no Cython here")

    def run(lesioned: spec.Circuit, seed: int = 1) -> None:
        spikes = Spikes(np.arange(5.0, MS, 5.0), np.arange(23) % 20)
        simulate(lesioned, duration_ms=MS, seed=seed, engine="cython", inputs={"Retina.GC": spikes})

    def modules() -> set[str]:
        return {p.name for p in cache.folder("cython").rglob("*.so")}

    run(circuit)
    before = modules()
    for text in (
        "cut V1 -> V2", "cut V1 -> V2 0.5", "scale * 0.9", "silence V1.E 0.5", "drive V1.E 100pA",
        "static Retina -> LGN", "block AMPA at V1 -> V2", "silence V2 from 40ms to 80ms",
        "swap stp V1 -> V2 with Retina -> LGN", "replay V1 -> V2",
    ):  # fmt: skip
        run(lesion(circuit, text))
    run(circuit, seed=2)
    assert before
    assert modules() == before


@pytest.mark.slow
@pytest.mark.compile
def test_lesions_act_on_the_standalone_engine_too_and_compile_nothing_new(
    circuit: spec.Circuit,
) -> None:
    if "standalone" not in available_engines():
        pytest.skip("no compiler here")

    def run(text: str) -> dict[str, Spikes]:
        return _standalone(circuit, text)

    def programs() -> int:
        return sum(not p.suffix for p in cache.folder("standalone").iterdir())

    intact = run("scale * 1")
    before = programs()
    sham, windowed, silent = run("sham"), run("sham from 40ms to 80ms"), run("silence V1")
    assert all(equal(intact[n], sham[n]) and equal(intact[n], windowed[n]) for n in intact)
    assert intact["V1.E"].times_ms.size > 0
    assert silent["V1.E"].times_ms.size == 0
    assert equal(silent["LGN.TC"], intact["LGN.TC"])
    for text, more in (("silence V2", False), ("drive V2.E 400pA", True)):
        t0, t1 = (x["V2.E"].times_ms for x in (intact, run(f"{text} from 40ms to 80ms")))
        assert np.array_equal(t0[t0 < 40], t1[t1 < 40])
        inside = [int(((t >= 40) & (t < 80)).sum()) for t in (t0, t1)]
        assert inside[1] > inside[0] if more else inside[1] == 0
        assert (t1 >= 80).any()
    assert programs() == before


@pytest.mark.slow
@pytest.mark.compile
def test_standalone_hands_the_first_part_over_and_ends_a_runaway_at_once(
    circuit: spec.Circuit,
) -> None:
    if "standalone" not in available_engines():
        pytest.skip("no compiler here")
    early: list[Result] = []
    whole = simulate(
        circuit, duration_ms=MS, seed=1, engine="standalone", first_ms=50.0, on_first=early.append
    )
    for name, spikes in early[0].spikes.items():
        times = whole.spikes[name].times_ms
        assert np.array_equal(spikes.times_ms, times[times < 50])
    for pa, says in ((1e5, r"V1.E ran away at 100 ms"), (np.nan, r"V1.E became NaN by 100 ms")):
        currents = {"V1.E": np.full(20, pa)}
        with pytest.raises(CtloopError, match=says):
            simulate(circuit, duration_ms=1e4, seed=1, engine="standalone", currents_pa=currents)


def _standalone(circuit: spec.Circuit, text: str) -> dict[str, Spikes]:
    spikes = Spikes(np.arange(5.0, MS, 5.0), np.arange(23) % 20)
    lesioned = lesion(circuit, text)
    return simulate(
        lesioned, duration_ms=MS, seed=1, engine="standalone", inputs={"Retina.GC": spikes}
    ).spikes


# --- the surrogate trains ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bursting() -> Spikes:
    """40 cells burst every 200 ms for 4 s, the first ten much more than the others."""
    rng = np.random.default_rng(4)
    times, cells = [], []
    for burst in np.arange(100.0, 4000.0, 200.0):
        for cell in range(40):
            n = rng.poisson(4 if cell < 10 else 1)
            times += list(burst + rng.uniform(0, 40, n))
            cells += [cell] * n
    order = np.argsort(times)
    return Spikes(np.array(times)[order], np.array(cells)[order])


def test_troughs_fall_between_bursts(bursting: Spikes) -> None:
    cuts = troughs(bursting, 4000.0)
    assert len(cuts) == 21
    assert np.all(np.abs(np.diff(cuts[1:-1]) - 200) < 60)


def test_replay_in_time_keeps_every_cells_spikes_and_moves_whole_cycles(bursting: Spikes) -> None:
    moved = surrogate("replay time", bursting, 40, 4000.0, 0, "x")
    assert np.array_equal(np.bincount(moved.cells), np.bincount(bursting.cells))
    assert len(troughs(moved, 4000.0)) == pytest.approx(21, abs=2)
    assert not np.array_equal(moved.times_ms, bursting.times_ms)


def test_replay_across_cells_keeps_every_time_and_moves_the_content(bursting: Spikes) -> None:
    moved = surrogate("replay cells", bursting, 40, 4000.0, 0, "x")
    assert np.array_equal(moved.times_ms, bursting.times_ms)
    assert sorted(np.bincount(moved.cells, minlength=40)) == sorted(np.bincount(bursting.cells))
    assert not np.array_equal(np.bincount(moved.cells, minlength=40), np.bincount(bursting.cells))


def test_rate_matched_keeps_the_rates_and_no_rhythm(bursting: Spikes) -> None:
    moved = surrogate("rate_matched", bursting, 40, 4000.0, 0, "x")
    rates = [np.bincount(s.cells, minlength=40) for s in (bursting, moved)]
    assert np.corrcoef(*rates)[0, 1] > 0.9
    assert moved.times_ms.size == pytest.approx(bursting.times_ms.size, rel=0.15)
    share = (moved.times_ms % 200 < 140).mean() - (bursting.times_ms % 200 < 140).mean()
    assert share < -0.2
