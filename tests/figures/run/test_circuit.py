"""The drawing of the circuit: thick drivers, inhibition in its own colour, cuts crossed out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matplotlib.patches import FancyArrowPatch

import figures
from circuits import spec
from circuits.records import CellType, Population, Projection, Uniform
from figures.run.circuit import lesioned_names
from figures.run.circuit_shapes import CUT, STROKE
from figures.style.palette import INHIBITION

DRIVER = "V1.L5IB -> Pulvinar.TRC"


def arrows(ax):
    return [p for p in ax.patches if isinstance(p, FancyArrowPatch)]


def crosses(ax):
    return [line for line in ax.lines if line.get_color() == CUT]


@pytest.fixture
def graph(run):
    return spec.from_dict(run.meta["spec"])


def test_drivers_are_thicker_than_modulators_and_inhibition_has_its_own_colour(graph):
    from matplotlib.colors import to_hex

    drawn = arrows(figures.circuit_drawing(graph))
    assert max(a.get_linewidth() for a in drawn) == STROKE["driver"][0] > 2 * STROKE["modulator"][0]
    assert sum(to_hex(a.get_edgecolor()) == INHIBITION.lower() for a in drawn) == 4


def test_an_intact_circuit_has_no_cross_and_a_lesioned_one_has_it(graph):
    assert not crosses(figures.circuit_drawing(graph))
    assert len(crosses(figures.circuit_drawing(graph, lesioned={DRIVER}))) == 1
    trn = crosses(figures.circuit_drawing(graph, lesioned={"TRN.PUL"}))
    assert len(trn) == 4  # its own, two inputs and its output


def test_what_inhibits_from_outside_the_thalamus_stands_below_it_and_meets_driver_and_relay(graph):
    from figures.run.circuit_layout import extrathalamic, place_populations
    from figures.style.roles import roles_of_circuit

    cells, wired = spec.populations(graph).values(), spec.projections(graph).values()
    assert extrathalamic(cells, wired, "Pulvinar.TRC") == {"ZI.GABA"}
    at = place_populations(cells, wired, roles_of_circuit(graph))
    nuclei = ("Pulvinar.TRC", "Pulvinar.IN", "TRN.PUL", "LGN.TC")
    assert all(at["ZI.GABA"][1] < at[name][1] for name in nuclei)
    cut = crosses(figures.circuit_drawing(graph, lesioned={"ZI.GABA"}))
    assert len(cut) == 3  # its own, its input and its output


def test_the_runs_own_lesions_are_crossed_out(run, graph):
    lesioned = replace(run, meta={**run.meta, "lesions": ["V1.L5IB->Pulvinar.TRC"]})
    assert lesioned_names(lesioned, graph) == {DRIVER}
    assert len(crosses(figures.circuit(lesioned))) == 1


def test_an_alternative_of_gain_0_has_no_arrow(graph):
    off = replace(spec.projections(graph)[DRIVER], gain=0.0)
    drawn = arrows(figures.circuit_drawing(spec.with_projection(graph, off)))
    assert len(drawn) == len(arrows(figures.circuit_drawing(graph))) - 1


def test_any_circuit_can_be_drawn():
    cell = CellType(name="x", C_pf=1, gL_ns=1, EL_mv=0, VT_mv=0, DT_mv=1, Vr_mv=0)
    cells = [
        Population(name=n, area=n.split(".")[0], lamina=lam, cell=cell, count=1, transmitter="exc")
        for n, lam in (("S1.L4E", "L4"), ("VPM.TC", ""), ("MD.TC", ""))
    ]
    wires = [
        Projection(
            source="VPM.TC", target="S1.L4E", role="driver", rule=Uniform(), fibres=1, modelled=1,
            receptors={"AMPA": 1.0},
        )
    ]  # fmt: skip
    assert len(arrows(figures.circuit_drawing(spec.assemble(cells, wires)))) == 1
