"""`ctloop export --to sonata`: read by libsonata and bluepysnap, and run by a program that is not ours."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from circuits import spec
from circuits.engine.simulate import simulate
from circuits.records import STP, Spikes
from circuits.runs.run import RunData
from circuits.runs.store import save
from circuits.spec import Circuit, assemble, populations, projections
from circuits.wiring import draw
from exported import SEED, circuit, finished, spikes
from sims.cli import main as cli
from sims.runs.assemble import cells_of
from tiny import firing, population, projection

libsonata = pytest.importorskip("libsonata", reason="pip install libsonata, which writes indices")

Captured = pytest.CaptureFixture[str]


def exported(folder: Path, *options: str) -> Path:
    run = finished(folder / "run")
    assert cli.main(["export", str(run), "--to", "sonata", str(folder / "net"), *options]) == 0
    return folder / "net"


def first_nodes(made: Circuit, *, virtual: bool = False) -> dict[str, int]:
    """Where the nodes of each population begin: simulated ones first."""
    known = populations(made)
    ordered = sorted(known, key=lambda n: known[n].spike_source)
    first, at = {}, {False: 0, True: 0}
    for name in ordered:
        key = virtual and known[name].spike_source
        first[name], at[key] = at[key], at[key] + known[name].count
    return first


def test_libsonata_reads_the_same_cells_sources_delays_and_weights(tmp_path: Path) -> None:
    folder = exported(tmp_path)
    config = libsonata.CircuitConfig.from_file(str(folder / "circuit_config.json"))
    (nodes_name,), (edges_name,) = config.node_populations, config.edge_populations
    nodes, edges = config.node_population(nodes_name), config.edge_population(edges_name)
    made, first = circuit(), first_nodes(circuit())
    assert nodes.size == 18
    assert config.node_population_properties(nodes_name).type == "brian2_point"
    drawn, begin = draw(made, SEED), 0
    for name, p in projections(made).items():
        count = drawn[name].pre.size
        chosen = libsonata.Selection([(begin, begin + count)])
        begin += count
        np.testing.assert_array_equal(edges.source_nodes(chosen), drawn[name].pre + first[p.source])
        np.testing.assert_array_equal(
            edges.target_nodes(chosen), drawn[name].post + first[p.target]
        )
        np.testing.assert_array_equal(edges.get_attribute("delay", chosen), drawn[name].delay_ms)
        weight = edges.get_attribute("syn_weight", chosen)
        np.testing.assert_allclose(weight, sum(drawn[name].weight_ns.values()))
        assert set(edges.get_attribute("projection", chosen)) == {name}
    assert edges.size == begin
    onto = edges.afferent_edges([first["V1.I"]])
    assert onto.flat_size == np.count_nonzero(drawn["V1.E -> V1.I"].post == 0)


def test_node_sets_name_populations_areas_and_inputs(tmp_path: Path) -> None:
    folder = exported(tmp_path)
    config = libsonata.CircuitConfig.from_file(str(folder / "circuit_config.json"))
    nodes = config.node_population("cells")
    sets = libsonata.NodeSets.from_file(str(folder / "node_sets.json"))
    first = first_nodes(circuit())
    for name, p in populations(circuit()).items():
        found = sets.materialize(name, nodes).flatten()
        np.testing.assert_array_equal(found, np.arange(p.count) + first[name])
    assert sets.materialize("V1.L4", nodes).flat_size == 12
    assert sets.materialize("given spikes", nodes).flat_size == 6


def test_the_spikes_are_those_of_the_run_and_the_replayed_those_of_the_source(
    tmp_path: Path,
) -> None:
    folder, first = exported(tmp_path), first_nodes(circuit())
    simulation = libsonata.SimulationConfig.from_file(str(folder / "simulation_config.json"))
    assert simulation.run.tstop == 100.0
    for file, names in (("spikes.h5", list(spikes())), ("given_spikes.h5", ["Eye.GC"])):
        read = libsonata.SpikeReader(str(folder / file))["cells"].get()
        expected = [
            (int(k) + first[n], float(t))
            for n in names
            for t, k in zip(spikes()[n].times_ms, spikes()[n].cells, strict=True)
        ]
        assert sorted(read) == sorted(expected)


def test_bluepysnap_finds_no_error_and_counts_the_same(tmp_path: Path) -> None:
    snap = pytest.importorskip("bluepysnap", reason="pip install bluepysnap, which reads circuits")
    folder = exported(tmp_path)
    from bluepysnap import circuit_validation

    errors = circuit_validation.validate(str(folder / "circuit_config.json"), skip_slow=False)
    assert [str(e) for e in errors] == []
    read = snap.Circuit(str(folder / "circuit_config.json"))
    cells, edges = read.nodes["cells"], read.edges["cells__cells__chemical"]
    assert cells.size == 18
    assert edges.size == sum(e.pre.size for e in draw(circuit(), SEED).values())
    drawn = draw(circuit(), SEED)["V1.E -> V1.I"]
    (onto,) = {0} & set(drawn.post)
    target = first_nodes(circuit())["V1.I"] + onto
    delays = edges.afferent_edges(int(target), ["delay"])["delay"]
    np.testing.assert_array_equal(sorted(delays), sorted(drawn.delay_ms[drawn.post == onto]))


def test_nothing_is_packed_so_that_every_reader_reads_it(tmp_path: Path) -> None:
    import h5py

    folder = exported(tmp_path)
    packed: list[str] = []

    def visit(name: str, found: Any) -> None:
        if isinstance(found, h5py.Dataset) and found.compression:
            packed.append(name)

    for file in folder.glob("*.h5"):
        with h5py.File(file) as opened:
            assert opened.attrs["magic"] == 0x0A7A
            opened.visititems(visit)
    assert packed == []


def lively() -> Circuit:
    """All receptors, short-term plasticity, a T-current, given spikes; no noise, which nobody can repeat."""
    cells = [
        firing("V1.E", noise_pa=0.0),
        firing("V1.I", noise_pa=0.0, transmitter="inh", pa=260.0),
        population("Eye.GC", spike_source=True, map="retinotopic"),
    ]
    slow = {"AMPA": 2.0, "NMDA": 1.0}
    fibres = [
        projection("Eye.GC", "V1.E", stp=STP(U=0.5, D_ms=200.0, F_ms=10.0), receptors=slow),
        projection("V1.E", "V1.I", stp=STP(U=0.1, D_ms=50.0, F_ms=300.0), receptors=slow),
        projection("V1.I", "V1.E", receptors={"GABA_A": 3.0, "GABA_B": 0.5}),
    ]
    made = assemble(cells, fibres)
    return spec.set_parameter(spec.set_parameter(made, "V1.I.gT=10nS"), "V1.E.b=20pA")


def test_another_program_runs_the_exported_circuit_to_the_same_spikes(tmp_path: Path) -> None:
    made, rng = lively(), np.random.default_rng(1)
    given = Spikes(np.sort(rng.integers(0, 1500, 200)) / 10.0, rng.integers(0, 20, 200))
    step = np.rint(given.times_ms * 10) * 20 + given.cells
    given = Spikes(*(values[np.unique(step, return_index=True)[1]]
                     for values in (given.times_ms, given.cells)))  # fmt: skip
    extra = {"V1.E": np.linspace(0.0, 100.0, 20)}
    found = simulate(
        made, duration_ms=150.0, seed=5, inputs={"Eye.GC": given}, currents_pa=extra, engine="numpy"
    )
    currents = {name: values.tolist() for name, values in extra.items()}
    meta = {"seed": 5, "duration_ms": 150.0, "spec": spec.to_dict(made), "currents_pa": currents}
    run = RunData(meta=meta, populations=cells_of(populations(made)), spikes=found.spikes)
    save(run, tmp_path / "run")
    net, out = tmp_path / "net", tmp_path / "foreign.npz"
    assert cli.main(["export", str(tmp_path / "run"), "--to", "sonata", str(net)]) == 0
    runner = Path(__file__).with_name("foreign_runner.py")
    subprocess.run([sys.executable, "-I", str(runner), str(net), str(out)], check=True)
    with np.load(out) as foreign:
        other = sorted(zip(np.rint(foreign["times_ms"] * 10), foreign["cells"], strict=True))
    first = first_nodes(made)
    ours = sorted(
        (np.rint(t * 10), k + first[n])
        for n in ("V1.E", "V1.I")
        for t, k in zip(found.spikes[n].times_ms, found.spikes[n].cells, strict=True)
    )
    assert len(ours) > 100
    assert [(int(t), int(k)) for t, k in other] == [(int(t), int(k)) for t, k in ours]


def test_allens_dialect_has_types_and_an_edge_for_every_receptor(tmp_path: Path) -> None:
    folder = exported(tmp_path, "--dialect", "allen")
    config = json.loads((folder / "circuit_config.json").read_text())
    for one in (*config["networks"]["nodes"], *config["networks"]["edges"]):
        types = one.get("node_types_file", one.get("edge_types_file"))
        assert (folder / types.removeprefix("$BASE_DIR/")).is_file()
    assert {h for n in config["networks"]["nodes"] for h in n["populations"]} == {"cells", "inputs"}
    heads, first, *_ = (folder / "cells_node_types.csv").read_text().splitlines()
    row = dict(zip(heads.split(), first.split(), strict=True))
    assert row["model_template"] == "nest:aeif_cond_exp"
    parameters = json.loads((folder / "models" / row["dynamics_params"]).read_text())
    assert parameters["C_m"] == 200.0
    storage = libsonata.EdgeStorage(str(folder / "edges.h5"))
    assert storage.population_names == {"cells__cells__chemical", "inputs__cells__chemical"}
    onto = storage.open_population("inputs__cells__chemical")
    drawn = draw(circuit(), SEED)["Eye.GC -> V1.E"]
    every = onto.select_all()
    np.testing.assert_array_equal(onto.source_nodes(every), drawn.pre)
    np.testing.assert_allclose(onto.get_attribute("syn_weight", every), drawn.weight_ns["AMPA"])


def test_the_limits_of_the_dialect_are_listed(tmp_path: Path, capsys: Captured) -> None:
    exported(tmp_path)
    shown = capsys.readouterr().out
    assert "limit: numbers differ by cell" in shown
    assert "18 nodes" in shown


def test_a_circuit_file_is_exported_without_spikes_by_a_seed(tmp_path: Path) -> None:
    spec.save(circuit(), tmp_path / "c.json")
    words = ["export", str(tmp_path / "c.json"), "--to", "sonata", str(tmp_path / "n")]
    assert cli.main([*words, "--seed", "4"]) == 0
    assert not (tmp_path / "n" / "spikes.h5").exists()
    config = json.loads((tmp_path / "n" / "simulation_config.json").read_text())
    assert config["run"]["random_seed"] == 4
