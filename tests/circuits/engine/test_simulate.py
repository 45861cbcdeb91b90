"""The same seed gives the same spikes, errors name who and when, and nothing compiles twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from circuits.engine import simulate as engine
from circuits.engine.choose import available_engines
from circuits.engine.simulate import memory_needed, refuse_if_too_large, simulate
from circuits.engine.watch import check_rates, refuse_nan
from circuits.errors import CtloopError
from circuits.records import STP, Spikes
from circuits.spec import Circuit, assemble, projections, with_projection
from circuits.wiring import draw
from tiny import firing, projection

MS = 60.0


def _circuit(cells: int = 30, seed_pa: float = 220.0) -> Circuit:
    depressing = STP(U=0.5, D_ms=200, F_ms=1)
    return assemble(
        [
            firing("Retina.GC", 0, count=cells, spike_source=True),
            firing("LGN.TC", seed_pa, count=cells),
            firing("V1.E", seed_pa, count=cells),
        ],
        [
            projection("Retina.GC", "LGN.TC", receptors={"AMPA": 20.0}, stp=depressing),
            projection("LGN.TC", "V1.E", receptors={"AMPA": 2.0}, stp=depressing),
            projection("V1.E", "LGN.TC", receptors={"AMPA": 1.0}),
        ],
    )


def _trains(circuit: Circuit, seed: int, use: str = "numpy", ms: float = MS) -> list[list[float]]:
    rng = np.random.default_rng(5)
    inputs = {"Retina.GC": Spikes(np.sort(rng.uniform(0, ms, 60)), rng.integers(0, 30, 60))}
    spikes = simulate(circuit, duration_ms=ms, seed=seed, inputs=inputs, engine=use).spikes
    return [[*spikes[n].times_ms.tolist(), *spikes[n].cells.tolist()] for n in sorted(spikes)]


# --- the same again -------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_spikes_and_another_seed_does_not() -> None:
    once, again, other = (_trains(_circuit(), seed) for seed in (1, 1, 2))
    assert once == again
    assert once != other
    assert all(len(train) > 0 for train in once)


def test_a_cut_leaves_every_other_projection_as_it_was() -> None:
    circuit = _circuit()
    name = "LGN.TC -> V1.E"
    lesioned = with_projection(circuit, replace(projections(circuit)[name], cut_fraction=0.5))
    before, after = draw(circuit, 3), draw(lesioned, 3)
    for other in set(before) - {name}:
        assert np.array_equal(before[other].pre, after[other].pre)
        assert np.array_equal(before[other].weight_ns["AMPA"], after[other].weight_ns["AMPA"])
    assert np.array_equal(before[name].pre, after[name].pre)  # sizes never change
    cut = after[name].weight_ns["AMPA"] == 0
    assert 0.3 < cut.mean() < 0.7


SCRIPT = """
import json, logging, sys
from dataclasses import replace
logging.getLogger("brian2").setLevel(logging.ERROR)
sys.path[:0] = {tests!r}
from test_simulate import _circuit, _trains
from circuits.spec import projections, with_projection
from circuits.machine import cache
out = []
for what in {what!r}:
    circuit = _circuit(cells=what.get("cells", 30))
    if "gain" in what:
        known = projections(circuit)
        circuit = with_projection(circuit, replace(known["LGN.TC -> V1.E"], gain=what["gain"]))
    trains = _trains(circuit, what.get("seed", 1), {engine!r}, what.get("ms", 60.0))
    kept = [p for p in cache.folder({engine!r}).rglob("*") if p.is_file() and p.suffix in ("", ".so")]
    out.append((trains, len(kept)))
print(json.dumps(out))
"""


def _in_fresh_interpreter(
    use: str, folder: Path, what: list[dict[str, float]]
) -> list[tuple[list[list[float]], int]]:
    """Simulate in a fresh interpreter with a cache of its own; give spikes and compiled files."""
    script = SCRIPT.format(
        tests=[str(Path(__file__).parents[k]) for k in (0, 2)], what=what, engine=use
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "CTLOOP_CACHE": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[tuple[list[list[float]], int]] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.compile
@pytest.mark.slow
def test_cython_compiles_three_modules_once_whatever_changes(tmp_path: Path) -> None:
    if "cython" not in available_engines():
        pytest.skip("Cython does not work here")
    first = _in_fresh_interpreter("cython", tmp_path, [{}])[0]
    assert first[1] == 3
    for what in ({}, {"seed": 2}, {"gain": 0.0}, {"cells": 31, "ms": 50.0}):
        found = _in_fresh_interpreter("cython", tmp_path, [what])[0]
        assert found[1] == first[1], f"{what} compiled again"
        assert (found[0] == first[0]) == (not what)


@pytest.mark.compile
@pytest.mark.slow
def test_standalone_compiles_once_for_lesion_seed_weight_and_duration(tmp_path: Path) -> None:
    if "standalone" not in available_engines():
        pytest.skip("C++ standalone does not work here")
    first = _in_fresh_interpreter("standalone", tmp_path, [{}])[0]
    for what in ({}, {"seed": 2}, {"gain": 0.0}, {"ms": 50.0}):
        found = _in_fresh_interpreter("standalone", tmp_path, [what])[0]
        assert found[1] == first[1], f"{what} compiled again"
        assert (found[0] == first[0]) == (not what)


# --- what ends a run ------------------------------------------------------------------------------


def test_a_population_that_runs_away_is_named_with_the_time() -> None:
    with pytest.raises(CtloopError, match=r"(LGN.TC|V1.E) ran away at 100 ms: \d+ Hz"):
        simulate(_circuit(seed_pa=1e5), duration_ms=200, seed=0, engine="numpy")


def test_the_rate_is_judged_per_cell_within_the_window() -> None:
    volley = {"V1.E": Spikes(np.linspace(100, 199, 400), np.zeros(400, dtype=np.int64))}
    check_rates(volley, {"V1.E": 100}, 100.0, 200.0)
    with pytest.raises(CtloopError, match=r"V1.E ran away at 200 ms: 400 Hz"):
        check_rates(volley, {"V1.E": 10}, 100.0, 200.0)


def test_a_potential_that_is_no_number_is_named_with_the_time() -> None:
    v = np.array([-60.0, -60.0, np.nan])
    slices = {"V1.E": slice(0, 2), "V2.E": slice(2, 3)}
    with pytest.raises(CtloopError, match=r"V2.E became NaN by 300 ms"):
        refuse_nan(v, slices, 300.0)


def test_a_nan_that_arises_in_the_run_ends_it() -> None:
    currents = {"V1.E": np.full(30, np.nan)}
    with pytest.raises(CtloopError, match=r"V1.E became NaN by \d+ ms"):
        simulate(_circuit(), duration_ms=150, seed=0, engine="numpy", currents_pa=currents)


@pytest.mark.parametrize("duration", [0.0, -5.0])
def test_a_duration_must_be_positive(duration: float) -> None:
    with pytest.raises(CtloopError, match="more than 0"):
        simulate(_circuit(), duration_ms=duration, seed=0, engine="numpy")


def test_a_circuit_larger_than_the_memory_is_refused_with_both_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "free_memory", lambda: 1e8)
    need = memory_needed(_circuit()) / 1e9
    with pytest.raises(CtloopError, match=rf"about {need:.1f} GB .* and 0.1 GB are free.*--scale"):
        refuse_if_too_large(_circuit())
