"""The depth of sinks and sources: what the proxy places, an independent method finds again."""

import numpy as np
import pytest

from circuits.analysis import lfp
from circuits.equations import RECEPTORS
from circuits.errors import CtloopError, UnknownName
from circuits.records import CellType, Edges, Population, Projection, Spikes, Uniform
from circuits.spec import assemble

CELL = CellType(name="RS", C_pf=200.0, gL_ns=10.0, EL_mv=-70.0, VT_mv=-50.0, DT_mv=2.0, Vr_mv=-58.0)
DEPTHS = {"L23E": ("L23", 120, 450), "L4E": ("L4", 450, 650), "L5IB": ("L5", 650, 950)}
APICAL_LAMINA = {"L23E": "L1", "L5IB": "L1"}


def column(*pathways, tissue=10.0, **counts):
    """A column whose every cell stands for one, unless it is thinned: `counts` by class."""
    cortex = [
        Population(
            name=f"V1.{kind}",
            area="V1",
            lamina=lamina,
            cell=CELL,
            count=counts.get(kind, 10),
            transmitter="exc",
            apical_to=APICAL_LAMINA.get(kind, ""),
            tissue_cells=tissue,
            depth_top_um=top,
            depth_bottom_um=bottom,
        )
        for kind, (lamina, top, bottom) in DEPTHS.items()
    ]
    relay = Population(
        name="Pulvinar.TRC", area="Pulvinar", lamina="", cell=CELL, count=1, transmitter="exc"
    )
    return assemble([*cortex, relay], pathways)


def onto(target, lamina=""):
    return Projection(
        source="Pulvinar.TRC",
        target=f"V1.{target}",
        role="modulator",
        rule=Uniform(),
        fibres=1.0,
        modelled=1,
        receptors={"AMPA": 1.0},
        lamina=lamina,
    )


def run(*projections, n_ms=100):
    edges = Edges(np.zeros(10, np.int64), np.arange(10), {"AMPA": np.ones(10)}, np.full(10, 2.0))
    spikes = {"Pulvinar.TRC": Spikes(np.array([20.0]), np.array([0]))}
    drawn = {p.name: edges for p in projections}
    return lfp.laminar(column(*projections), "V1", spikes, drawn, n_ms)


def test_the_potential_of_a_wide_disc_is_that_of_an_infinite_plane():
    """A plane of current density j: d phi/dz = -j / (2 sigma) on either side."""
    radius = 1e6
    phi = lfp.forward(np.array([0.0]), np.array([100.0, 200.0]), radius_um=radius)[:, 0]
    j = 1.0 / (np.pi * radius**2)
    assert (phi[1] - phi[0]) / 100.0 == pytest.approx(-j / (2 * 0.3), rel=1e-3)


def test_the_potential_of_a_far_disc_is_that_of_a_point():
    """phi = I / (4 pi sigma z)."""
    phi = lfp.forward(np.array([0.0]), np.array([20_000.0]), radius_um=100.0)[0, 0]
    assert phi == pytest.approx(1 / (4 * np.pi * 0.3 * 20_000.0), rel=1e-3)


def test_standard_csd_of_a_parabola_is_its_curvature():
    """-0.3 S/m x 2 uV/um2 = -600 uA/mm3."""
    depth = np.arange(0, 1000.0, 100.0)
    csd = lfp.standard_csd((depth**2)[:, None], 100.0)
    np.testing.assert_allclose(csd[1:-1], -600.0)


def test_elephant_finds_a_known_sink_and_source_at_their_depths():
    neo = pytest.importorskip("neo")
    pq = pytest.importorskip("quantities")
    csd = pytest.importorskip("elephant.current_source_density")
    contacts = np.arange(0, 1801.0, 100.0)
    current = np.outer([-1e4, 1e4], np.sin(np.linspace(0, np.pi, 50)))
    potential = lfp.forward(np.array([600.0, 1200.0]), contacts) @ current
    signal = neo.AnalogSignal(potential.T, units="uV", sampling_rate=1 * pq.kHz)
    places = (contacts / 1000)[:, None] * pq.mm
    found = csd.estimate_csd(
        signal, coordinates=places, method="KCSD1D", h=lfp.RADIUS_UM / 1000, sigma=0.3, gdx=0.05
    )
    depth_um = found.annotations["x_coords"] * 1000
    middle = np.asarray(found.magnitude)[25]
    assert depth_um[np.argmin(middle)] == pytest.approx(600, abs=60)
    assert depth_um[np.argmax(middle)] == pytest.approx(1200, abs=60)
    own = lfp.standard_csd(potential, 100.0)[:, 25]
    assert contacts[np.argmin(own)] == 600
    assert contacts[np.argmax(own)] == 1200


def test_an_input_to_the_tuft_of_layer_5_is_a_sink_in_layer_1():
    field = run(onto("L5IB", lamina="L1"))
    csd = field.csd_ua_mm3[:, 22]
    assert field.depth_um[np.argmin(csd)] <= 100
    assert np.all(csd[(field.depth_um >= 300) & (field.depth_um <= 900)] > 0)


def test_an_input_to_the_soma_of_layer_5_is_a_sink_there():
    field = run(onto("L5IB"))
    assert 650 <= field.depth_um[np.argmin(field.csd_ua_mm3[:, 22])] <= 950


def field_of(tissue, **counts):
    """The field of one input spike onto the cells of two classes, of which `counts` are simulated."""
    pathways = onto("L23E"), onto("L5IB", lamina="L1")
    drawn = {}
    for p in pathways:
        n = counts[p.target.removeprefix("V1.")]
        one_each = np.zeros(n, np.int64), np.arange(n), {"AMPA": np.ones(n)}, np.full(n, 2.0)
        drawn[p.name] = Edges(*one_each)
    spikes = {"Pulvinar.TRC": Spikes(np.array([20.0]), np.array([0]))}
    return lfp.laminar(
        column(*pathways, tissue=tissue, **counts), "V1", spikes, drawn, 50
    ).potential_uv


def test_two_classes_thinned_differently_give_the_field_of_the_whole_tissue():
    """Each of n cells receives 1 nS: the tissue's current is 200 times that of one cell."""
    whole = field_of(200.0, L23E=200, L5IB=200)
    assert np.abs(whole).max() > 0
    np.testing.assert_allclose(field_of(200.0, L23E=4, L5IB=100), whole, rtol=1e-12)


def test_a_class_that_fills_more_of_the_tissue_has_more_of_the_field():
    many, few = (field_of(tissue, L23E=10, L5IB=10) for tissue in (300.0, 100.0))
    np.testing.assert_allclose(many, 3 * few)


def test_without_the_number_of_cells_in_the_tissue_there_is_no_field():
    circuit = column(onto("L5IB"), tissue=0.0)
    assert lfp.uncounted(circuit, "V1") == ["V1.L5IB"]
    with pytest.raises(CtloopError, match=r"V1\.L5IB do not give tissue_cells"):
        lfp.laminar(circuit, "V1", {}, {}, 10)
    assert lfp.uncounted(column(onto("L5IB")), "V1") == []


def test_stellate_cells_have_a_closed_field():
    assert not run(onto("L4E")).potential_uv.any()


def test_currents_that_leave_are_the_currents_that_enter():
    cells = {f"V1.{k}": None for k in DEPTHS}
    depth = np.arange(10.0, 950.0, 20.0)
    circuit = column(onto("L5IB", "L1"))
    target = circuit.nodes["V1.L5IB"]["population"]
    bounds = lfp.lamina_bounds({n: circuit.nodes[n]["population"] for n in cells})
    assert lfp._profile(target, onto("L5IB", "L1"), bounds, depth).sum() == pytest.approx(0.0)


def test_the_current_of_one_spike_is_conductance_times_driving_force():
    """Ten synapses of 1 nS from -60 mV: 600 pA at arrival, decaying with the receptor."""
    edges = Edges(np.zeros(10, np.int64), np.arange(10), {"AMPA": np.ones(10)}, np.full(10, 2.0))
    spikes = Spikes(np.array([20.0]), np.array([0]))
    v = np.full(50, -60.0)
    current = lfp.population_current_pa(spikes, edges, onto("L5IB"), 50, v)
    assert current[22] == pytest.approx(600.0)
    assert current[23] == pytest.approx(600.0 * np.exp(-1 / RECEPTORS["AMPA"].tau_ms))
    assert not current[:22].any()
    slow = Edges(edges.pre, edges.post, {"NMDA": np.ones(10)}, edges.delay_ms)
    current = lfp.population_current_pa(spikes, slow, onto("L5IB"), 50, v, 150.0)
    assert current[32] / current[22] == pytest.approx(np.exp(-10 / 150.0))


def test_an_area_or_lamina_that_does_not_exist_is_named():
    with pytest.raises(UnknownName, match="V1"):
        lfp.laminar(column(), "V7", {}, {}, 10)
    with pytest.raises(UnknownName, match="L23"):
        run(onto("L5IB", lamina="L2"))
