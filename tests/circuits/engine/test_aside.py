"""Wiring put aside in a file is the same wiring, before and after it is let go of."""

from __future__ import annotations

import numpy as np
import pytest

from circuits.engine import aside
from circuits.records import Edges
from circuits.spec import assemble
from circuits.wiring import draw
from tiny import firing, projection


def drawn() -> dict[str, Edges]:
    """Draw two projections."""
    cells = [firing("A.E"), firing("B.E")]
    return draw(assemble(cells, [projection("A.E", "B.E"), projection("B.E", "A.E")]), 0)


def test_what_is_put_aside_reads_the_same_before_and_after(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aside, "FROM_SYNAPSES", 0)
    edges = drawn()
    away, let_go = aside.put_aside(edges)
    for _ in range(2):
        for name, one in edges.items():
            np.testing.assert_array_equal(away[name].pre, one.pre)
            np.testing.assert_array_equal(away[name].post, one.post)
            np.testing.assert_array_equal(away[name].delay_ms, one.delay_ms)
            for receptor, weights_ns in one.weight_ns.items():
                np.testing.assert_array_equal(away[name].weight_ns[receptor], weights_ns)
        let_go()


def test_few_synapses_stay_where_they_are() -> None:
    edges = drawn()
    away, _ = aside.put_aside(edges)
    assert all(away[name] is one for name, one in edges.items())


def test_an_array_that_is_put_aside_reads_the_same_before_and_after(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(aside, "FROM_SYNAPSES", 1)
    order = np.arange(50, dtype=np.int32)[::-1]
    away, let_go = aside.array_aside(order)
    for _ in range(2):
        np.testing.assert_array_equal(away, order)
        let_go()
