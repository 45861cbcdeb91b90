"""The drawing as SVG: an id for every class of cells and every arrow, the same ones every time."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest

import figures
from circuits import spec
from figures.run.circuit_shapes import element_id
from figures.style.canvas import write
from sims.cli import main as cli

DRIVER = "V1.L5IB -> Pulvinar.TRC"


def ids(file: Path) -> list[str]:
    return [e.attrib["id"] for e in ElementTree.parse(file).iter() if "id" in e.attrib]


@pytest.fixture
def graph(run):
    return spec.from_dict(run.meta["spec"])


def drawn(graph: spec.Circuit, file: Path, **more: object) -> list[str]:
    return ids(write(figures.circuit_drawing(graph, **more), file))


def test_every_class_of_cells_and_every_arrow_has_its_id_and_no_id_is_twice(graph, tmp_path):
    found = drawn(graph, tmp_path / "a.svg")
    assert max(Counter(found).values()) == 1
    cells = {one for one in found if one.startswith("cells-")}
    assert cells == {element_id("cells", name) for name in spec.populations(graph)}
    arrows = {one for one in found if one.startswith("arrow-")}
    possible = {element_id("arrow", p.source, p.target) for p in spec.projections(graph).values()}
    assert "arrow-V1.L5IB-to-Pulvinar.TRC" in arrows
    assert arrows <= possible
    assert len(arrows) > 20


def test_the_same_circuit_gives_the_same_file(graph, tmp_path):
    files = [tmp_path / "a.svg", tmp_path / "b.svg"]
    for file in files:
        drawn(graph, file)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_crosses_have_ids_of_their_own_and_all_others_stay(graph, tmp_path):
    intact = drawn(graph, tmp_path / "a.svg")
    cut = drawn(graph, tmp_path / "b.svg", lesioned={DRIVER, "TRN.PUL"})
    named = [{one for one in found if "-" in one} for found in (intact, cut)]
    crosses = named[1] - named[0]
    assert {"cut-arrow-V1.L5IB-to-Pulvinar.TRC", "cut-cells-TRN.PUL"} <= crosses
    assert all(one.startswith("cut-") for one in crosses)
    assert {one for one in named[0] if one.startswith(("cells-", "arrow-"))} <= named[1]


def test_names_that_no_id_may_hold_stay_apart():
    odd = {element_id("cells", name) for name in ("A.x y", "A.x_y", "A.x-y", "A.é")}
    assert len(odd) == 4
    assert all(set(one) <= set(map(chr, range(45, 123))) - set("/:;<=>?@[\\]^`") for one in odd)


def test_one_command_draws_it_and_crosses_out_what_is_cut(tmp_path, capsys):
    file, matrix = tmp_path / "circuit.svg", tmp_path / "matrix.svg"
    words = ["circuit", "--svg", str(file), "--matrix", str(matrix), "--lesion", DRIVER]
    assert cli.main(words) == 0
    assert "cut-arrow-V1.L5IB-to-Pulvinar.TRC" in ids(file)
    assert ElementTree.parse(matrix).getroot().tag.endswith("svg")
    assert capsys.readouterr().out == f"wrote {file}\nwrote {matrix}\n"


@pytest.mark.parametrize("option", ["--svg", "--matrix"])
def test_another_ending_is_refused(option, tmp_path, capsys):
    assert cli.main(["circuit", option, str(tmp_path / "a.doc")]) == 2
    assert ".svg" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
