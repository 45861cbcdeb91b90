"""The matrix holds every conductance where it belongs, and tells excitation from inhibition."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import figures
from circuits import spec
from circuits.lesions import lesion
from figures.run.connectivity import matrix
from figures.style.canvas import Missing
from tiny import population, projection

DRIVER = "V1.L5IB -> Pulvinar.TRC"


@pytest.fixture
def graph(run):
    return spec.from_dict(run.meta["spec"])


def test_every_projection_is_in_its_row_and_column(graph):
    senders, receivers, strength = matrix(graph)
    total = 0.0
    for p in spec.projections(graph).values():
        cell = strength[senders.index(p.source), receivers.index(p.target)]
        assert cell == pytest.approx(p.fibres * sum(p.receptors.values()))
        total += cell
    assert strength.sum() == pytest.approx(total)
    assert "Retina.GC" in senders
    assert "Retina.GC" not in receivers


def test_parallel_projections_are_summed_and_a_lesion_takes_its_share():
    cells = [population("A.x"), population("B.y")]
    wires = [projection("A.x", "B.y", gain=2.0), projection("A.x", "B.y", key="slow")]
    both = spec.assemble(cells, wires)
    assert matrix(both)[2].tolist() == [[0.0, 30.0]]
    assert matrix(both, "fibres")[2].tolist() == [[0.0, 10.0]]
    half = spec.with_projection(both, replace(wires[0], cut_fraction=0.5))
    assert matrix(half)[2].tolist() == [[0.0, 20.0]]


def test_what_a_lesion_cut_is_missing(graph):
    senders, receivers, before = matrix(graph)
    _, _, after = matrix(lesion(graph, DRIVER))
    at = senders.index("V1.L5IB"), receivers.index("Pulvinar.TRC")
    assert before[at] > 0
    assert after[at] == 0
    assert (before != after).sum() == 1


def test_excitation_and_inhibition_are_two_maps_that_never_overlap(graph):
    ax = figures.connectivity(graph)
    excites, inhibits = (np.ma.masked_invalid(image.get_array()) for image in ax.images)
    assert not (~excites.mask & ~inhibits.mask).any()
    _, _, strength = matrix(graph)
    assert (~excites.mask | ~inhibits.mask).sum() == (strength > 0).sum()
    rows = {t.get_text() for t in ax.get_yticklabels()}
    assert {"L5IB", "Pulvinar relay"} <= rows
    assert {t.get_text() for t in ax.texts} == {"V1", "V2"}
    assert np.isclose(ax.images[0].norm.vmax / ax.images[0].norm.vmin, 1e4)
    ax.figure.draw_without_rendering()


def test_a_circuit_without_projections_is_refused_in_words():
    with pytest.raises(Missing, match="no projections"):
        figures.connectivity(spec.assemble([population("A.x")], []))
