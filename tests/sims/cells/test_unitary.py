"""One fibre, one spike: amplitudes against a hand calculation, what they are set beside, and the table."""

from __future__ import annotations

import pytest

from circuits.errors import CtloopError
from circuits.spec import find_projection, populations, projections, set_parameter
from sims.cells.declaration import UNITARY, UnitaryRequest
from sims.cells.unitary import Unitary, published_mv, table_of, unitary
from sims.report.progress import SilentProgress
from thalamus.loop import corticothalamic_loop

PATHWAY = "V1.L4E -> V1.L4PV"


def test_excitation_depolarises_inhibition_hyperpolarises_and_twice_the_gain_is_twice_as_much() -> (
    None
):
    circuit = corticothalamic_loop(0.003)
    gain = find_projection(circuit, PATHWAY).gain
    stronger = set_parameter(circuit, f"{PATHWAY}.gain={2 * gain}")
    once, inhibits = unitary(
        circuit, [find_projection(circuit, PATHWAY), find_projection(circuit, "V1.L4PV -> V1.L4E")]
    )
    (twice,) = unitary(stronger, [find_projection(stronger, PATHWAY)])
    assert 0.05 < once.here_mv < 2.0
    assert inhibits.here_mv < -0.05
    assert twice.here_mv == pytest.approx(2 * once.here_mv, rel=0.05)


def test_a_pair_that_was_published_is_told_from_any_pair() -> None:
    circuit = corticothalamic_loop(0.003)
    known = populations(circuit)

    def of(name: str) -> tuple[float | None, bool]:
        one = projections(circuit)[name]
        return published_mv(known[one.source], known[one.target])

    assert of("V1.L4E -> V1.L4E") == (0.36, True)
    assert of("V1.L4E -> V1.L5IB") == (0.37, False)
    assert of("V1.L5PV -> V1.L5PV") == (None, False)


def test_the_table_counts_the_published_pairs_that_are_near() -> None:
    found = [
        Unitary("a", 0.3, 0.4, True), Unitary("b", -0.1, 0.4, True), Unitary("c", 0.3, 0.4, False),
        Unitary("d", 0.3, None, False),
    ]  # fmt: skip
    table = table_of(found)
    assert [row[-1] for row in table.rows] == ["yes", "no", "yes", ""]
    assert table.metrics == {"unitary_listed": 2.0, "unitary_within_factor_2": 1.0}
    assert all(len(row) == len(table.heads) for row in table.rows)


def test_a_name_that_no_projection_has_is_refused() -> None:
    with pytest.raises(CtloopError, match="--name"):
        UNITARY.measure(UnitaryRequest(name="nobody"), SilentProgress())
