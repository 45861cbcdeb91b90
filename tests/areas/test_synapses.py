"""Which kind of synapse joins two classes: decided by their fields, by one row, never by a name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from areas.column import CLASSES, ClassRow
from areas.synapses import (
    AMONG_BURSTERS,
    AMONG_EXCITATORY_CELLS,
    INHIBITION,
    LAYER_4_ONTO_BURSTERS,
    ONTO_BURSTERS,
    ONTO_PV,
    ONTO_SST,
    SYNAPSES,
    Synapse,
    synapse_between,
)
from circuits.errors import CtloopError


def test_one_row_joins_any_two_classes_of_the_column() -> None:
    for source in CLASSES.values():
        for target in CLASSES.values():
            assert synapse_between(source, target).transmitter == source.transmitter


def test_every_row_joins_some_classes() -> None:
    found = {synapse_between(a, b).name for a in CLASSES.values() for b in CLASSES.values()}
    assert found == {row.name for row in SYNAPSES}


@pytest.mark.parametrize(
    ("source", "target", "row"),
    [
        ("L5PV", "L5IB", INHIBITION),
        ("L23SST", "L23PV", INHIBITION),
        ("L23E", "L5IT", AMONG_EXCITATORY_CELLS),
        ("L5IB", "L6CT", AMONG_EXCITATORY_CELLS),
        ("L4E", "L4PV", ONTO_PV),
        ("L5IB", "L5SST", ONTO_SST),
        ("L23E", "L5IB", ONTO_BURSTERS),
        ("L4E", "L5IB", LAYER_4_ONTO_BURSTERS),
        ("L5IB", "L5IB", AMONG_BURSTERS),
    ],
)
def test_the_row_follows_the_kinds_of_source_and_target(
    source: str, target: str, row: Synapse
) -> None:
    assert synapse_between(CLASSES[source], CLASSES[target]) == row


def test_a_class_of_an_inhibitory_kind_no_row_knows_inhibits() -> None:
    unknown: Any = "VIP"
    vip: ClassRow = replace(CLASSES["L23SST"], kind=unknown)
    assert synapse_between(vip, CLASSES["L23E"]) == INHIBITION


def test_excitation_of_a_kind_no_row_knows_is_refused() -> None:
    unknown: Any = "VIP"
    vip: ClassRow = replace(CLASSES["L23SST"], kind=unknown)
    with pytest.raises(CtloopError, match="'pyramidal' to cells of kind 'VIP'; there is: none"):
        synapse_between(CLASSES["L23E"], vip)
