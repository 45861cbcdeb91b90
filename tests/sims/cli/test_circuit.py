"""`ctloop circuit`: the methods table, its sources, and a copy to edit."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from circuits import spec
from sims.cli import main as cli
from thalamus.loop import corticothalamic_loop

Captured = pytest.CaptureFixture[str]


def test_every_population_and_projection_has_its_row(capsys: Captured) -> None:
    assert cli.main(["circuit"]) == 0
    shown = capsys.readouterr().out
    circuit = corticothalamic_loop()
    for name in [*spec.populations(circuit), *spec.projections(circuit)]:
        assert f"\n{name} " in shown


def test_a_name_shows_what_touches_it_alone(capsys: Captured) -> None:
    assert cli.main(["circuit", "pulvinar.trc"]) == 0
    shown = capsys.readouterr().out
    assert "V1.L5IB -> Pulvinar.TRC" in shown
    assert "LGN.TC -> V1.L4E" not in shown


def test_a_name_that_touches_nothing_is_an_error_with_the_nearest(capsys: Captured) -> None:
    assert cli.main(["circuit", "Pulvinra"]) == 2
    assert "Pulvinar" in capsys.readouterr().err


def test_the_bibliography_names_every_source_and_every_assumption(capsys: Captured) -> None:
    assert cli.main(["circuit", "--sources"]) == 0
    shown = capsys.readouterr().out
    assert "Potjans & Diesmann 2014, Cereb Cortex" in shown
    assert "assumptions (numbers to sweep)" in shown
    assert "V1.L5IB -> Pulvinar.TRC" in shown


def test_a_number_the_user_set_is_said_to_be_the_users(capsys: Captured) -> None:
    assert cli.main(["circuit", "--sources", "--set", "V1.L5IB.tau_w=140ms"]) == 0
    assert "set by the user\n    for tau_w_ms of cell type" in capsys.readouterr().out


def test_a_saved_circuit_is_the_same_circuit_when_it_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    assert cli.main(["circuit", "--save", str(file), "--scale", ".02"]) == 0
    assert spec.same(spec.load(file), corticothalamic_loop(0.02))
    assert cli.main(["circuit", "--circuit", str(file)]) == 0


def test_a_setting_changes_the_copy_that_is_saved(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    given = ["circuit", "--save", str(file), "--set", "V1.L5IB->Pulvinar.TRC.U=.7"]
    assert cli.main(given) == 0
    stp = spec.projections(spec.load(file))["V1.L5IB -> Pulvinar.TRC"].stp
    assert stp is not None
    assert stp.U == 0.7


def test_a_file_is_never_written_over(tmp_path: Path, capsys: Captured) -> None:
    file = tmp_path / "mine.json"
    file.write_text("precious")
    assert cli.main(["circuit", "--save", str(file)]) == 2
    assert "never overwritten" in capsys.readouterr().err
    assert file.read_text() == "precious"


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path, capsys: Captured) -> None:
    assert cli.main(["circuit", "--save", str(tmp_path / "no" / "mine.json")]) == 2
    assert "there is no folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--set", "V1.L5IB.bb=80pA"], "nearest"),
        (["--set", "V1.L5BI.b=80pA"], "V1.L5IB"),
        (["--set", "V1.L5IB.b=80mV"], "voltage"),
        (["--set", "V1.L5IB.count=-3"], "at least 1"),
        (["--set", "nonsense"], "V1.L5IB.b=80pA"),
        (["--scale", "2"], "--scale"),
    ],
)
def test_a_wrong_number_or_name_is_one_line(
    arguments: list[str], says: str, capsys: Captured
) -> None:
    assert cli.main(["circuit", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("content", ["{", "[]", json.dumps({"format": "ctloop circuit 1"})])
def test_a_file_that_holds_no_circuit_is_one_line(
    content: str, tmp_path: Path, capsys: Captured
) -> None:
    file = tmp_path / "mine.json"
    file.write_text(content)
    assert cli.main(["circuit", "--circuit", str(file)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "sims.cli.main", "circuit"]
    with os.fdopen(write, "w") as pipe:
        done = subprocess.run(command, stdout=pipe, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_bibliography_also_lists_what_an_assumption_leans_on(capsys: Captured) -> None:
    assert cli.main(["circuit", "--sources"]) == 0
    shown = capsys.readouterr().out
    assert "\nOReilly2026: O'Reilly 2026" in shown
    assert "in an assumption about: fibres of" in shown


def test_a_circuit_file_with_a_number_without_source_is_named(
    tmp_path: Path, capsys: Captured
) -> None:
    data = spec.to_dict(corticothalamic_loop())
    data["projections"][0]["sources"] = {}
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(data))
    assert cli.main(["circuit", "--circuit", str(file), "--sources"]) == 2
    assert "has no source for" in capsys.readouterr().err


def test_the_methods_are_written_as_markdown_and_as_latex(tmp_path: Path) -> None:
    for ending in ("md", "tex"):
        assert cli.main(["circuit", "--methods", str(tmp_path / f"m.{ending}")]) == 0
    markdown, tex = ((tmp_path / f"m.{e}").read_text() for e in ("md", "tex"))
    circuit = corticothalamic_loop()
    for name in [*spec.populations(circuit), *spec.projections(circuit)]:
        assert f"| {name} |" in markdown
        assert name.replace("_", r"\_").replace("#", r"\#").replace("->", r"$\to$") in tex
    for line in markdown.splitlines():
        if line.startswith("| Pulvinar.TRC |"):
            break
    assert "PotjansDiesmann2014" in markdown
    assert tex.count(r"\begin{longtable}") == tex.count(r"\end{longtable}") == 7
    depth = 0
    for sign in re.findall(r"(?<!\\)[{}]", tex.replace("\\\\", "")):
        depth += 1 if sign == "{" else -1
        assert depth >= 0
    assert depth == 0


def test_every_row_of_a_table_has_as_many_cells_as_heads() -> None:
    from circuits.spec.methods import methods

    for table in methods(corticothalamic_loop()):
        assert {len(row) for row in table.rows} == {len(table.heads)}


def test_bibtex_names_the_papers_of_the_circuit(capsys: Captured) -> None:
    assert cli.main(["circuit", "--bibtex"]) == 0
    shown = capsys.readouterr().out
    assert "@article{PotjansDiesmann2014," in shown
    assert "doi = {10.1093/cercor/bhs358}" in shown


def test_another_ending_of_a_methods_file_is_refused(tmp_path: Path, capsys: Captured) -> None:
    assert cli.main(["circuit", "--methods", str(tmp_path / "m.doc")]) == 2
    assert ".md" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_two_circuits_are_compared_number_by_number(tmp_path: Path, capsys: Captured) -> None:
    one, other = str(tmp_path / "a.json"), str(tmp_path / "b.json")
    assert cli.main(["circuit", "--save", one]) == 0
    assert cli.main(["circuit", "--save", other, "--set", "V1.L5IB.b=81pA"]) == 0
    capsys.readouterr()
    assert cli.main(["circuit", "--diff", one, other]) == 0
    shown = capsys.readouterr().out
    assert "1 difference" in shown
    assert "cell.b_pa" in shown
    assert "set by the user" in shown
    assert cli.main(["circuit", "--diff", one, one]) == 0
    assert "the same circuit" in capsys.readouterr().out
    assert cli.main(["circuit", "--diff", one, str(tmp_path / "no.json")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
