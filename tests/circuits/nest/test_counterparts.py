"""What NEST has no exact counterpart of is refused by name, all in one line, or replaced when asked."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from circuits.errors import CtloopError
from circuits.lesions import lesion
from circuits.nest.counterparts import missing, receptors_onto, replaced, without_t_current
from circuits.spec import Circuit, assemble, populations
from tiny import CELL, population, projection


def _exact() -> Circuit:
    return assemble(
        [population("V1.A"), population("V1.B")],
        [
            projection("V1.A", "V1.B"),
            projection("V1.B", "V1.B", receptors={"GABA_A": 1.0}, role="inhibitory"),
        ],
    )


def _lacking() -> Circuit:
    burster = replace(CELL, gT_ns=5.0)
    circuit = assemble(
        [population("V1.A", cell=burster), population("V1.B"), population("V1.C")],
        [
            projection("V1.A", "V1.B", receptors={"AMPA": 1.0, "NMDA": 0.5}),
            projection("V1.C", "V1.B", receptors={"GABA_A": 1.0}, role="inhibitory"),
            projection("V1.C", "V1.A", plastic=True),
        ],
    )
    return lesion(circuit, "V1.A -> V1.B from 20ms to 40ms")


def test_a_circuit_of_adaptive_cells_with_two_receptors_has_an_exact_counterpart() -> None:
    assert missing(_exact()) == []
    assert replaced(_exact(), counterparts=False) == []
    assert receptors_onto(_exact()) == {"V1.A": (), "V1.B": ("AMPA", "GABA_A")}


def test_all_that_has_none_is_refused_in_one_line_by_name() -> None:
    with pytest.raises(CtloopError) as refused:
        replaced(_lacking(), counterparts=False)
    message = str(refused.value)
    assert "\n" not in message
    for words in (
        "T-current (V1.A)",
        "magnesium block of NMDA (V1.A -> V1.B)",
        "more than 2 receptors that jump (V1.B)",
        "plastic synapses (V1.C -> V1.A)",
        "lesions with a window in time (",
        "--counterparts",
    ):
        assert words in message


def test_what_nothing_may_stand_in_for_is_refused_with_counterparts_too() -> None:
    with pytest.raises(CtloopError) as refused:
        replaced(_lacking(), counterparts=True)
    assert "plastic synapses" in str(refused.value)
    assert "T-current" not in str(refused.value)
    assert "--counterparts" not in str(refused.value)


def test_stand_ins_are_named_when_they_are_asked_for() -> None:
    burster = population("V1.A", cell=replace(CELL, gT_ns=5.0))
    assert replaced(assemble([burster], []), counterparts=True) == [
        "T-current (V1.A): no T-current"
    ]


def test_the_t_current_can_be_left_out_on_both_sides() -> None:
    without = without_t_current(_lacking())
    assert all(p.cell.gT_ns == 0 for p in populations(without).values())


def test_nest_is_not_loaded_before_something_is_simulated_in_it() -> None:
    code = "import circuits.nest.simulate, sys; print(*({'nest', 'brian2'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_without_nest_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    from circuits.nest.simulate import imported

    monkeypatch.setitem(sys.modules, "nest", None)
    with pytest.raises(CtloopError, match=r"pip install 'nest-simulator"):
        imported()
