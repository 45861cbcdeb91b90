"""Wiring kept in memory: the same numbers as drawn anew, none that were drawn for others, and not too much of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

import tiny
from circuits import spec, wiring_cache
from circuits.lesions import lesion
from circuits.wiring import draw


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    before = dict(wiring_cache._wirings)
    wiring_cache._wirings.clear()
    yield
    wiring_cache._wirings.clear()
    wiring_cache._wirings.update(before)


@pytest.fixture
def circuit() -> spec.Circuit:
    cells = [tiny.population(name, count=40) for name in "AB"]
    return spec.assemble(cells, [tiny.projection("A", "B"), tiny.projection("B", "A")])


def test_a_seed_drawn_again_gives_the_synapses_that_are_kept(circuit: spec.Circuit) -> None:
    first, again = draw(circuit, 0), draw(circuit.copy(), 0)
    assert all(again[name] is edges for name, edges in first.items())


def test_kept_synapses_are_those_drawn_anew(circuit: spec.Circuit) -> None:
    cut = lesion(circuit, next(iter(spec.projections(circuit))))
    draw(circuit, 0)
    draw(circuit, 1)
    for one in (cut, circuit):
        with_memory = draw(one, 0)
        wiring_cache._wirings.clear()
        anew = draw(one, 0)
        for name, edges in anew.items():
            assert np.array_equal(with_memory[name].pre, edges.pre)
            assert np.array_equal(with_memory[name].post, edges.post)
            assert np.array_equal(with_memory[name].delay_ms, edges.delay_ms)
            assert np.array_equal(with_memory[name].conductances.factor, edges.conductances.factor)


def test_kept_synapses_cannot_be_changed(circuit: spec.Circuit) -> None:
    for edges in draw(circuit, 0).values():
        with pytest.raises(ValueError, match="read-only"):
            edges.pre[:] = 0


def test_the_oldest_seed_is_forgotten_when_there_are_too_many(
    circuit: spec.Circuit, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(circuit, 0)
    monkeypatch.setattr(wiring_cache, "MOST_BYTES", 2 * wiring_cache._bytes(wiring_cache._wirings))
    for seed in (1, 2):
        draw(circuit, seed)
    assert {seed for seed, _ in wiring_cache._wirings} == {1, 2}


def test_a_wiring_that_is_too_large_is_not_kept(
    circuit: spec.Circuit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring_cache, "MOST_BYTES_EACH", 1)
    draw(circuit, 0)
    assert not wiring_cache._wirings
