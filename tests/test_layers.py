"""The shape of the code: which folder may import which, what loads late, how long a file may be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parents[1]
FOLDERS = ("circuits", "areas", "thalamus", "sims", "figures")
FILES = sorted(f for folder in FOLDERS for f in (ROOT / folder).rglob("*.py"))


def test_imports_point_one_way_and_heavy_libraries_stay_where_they_work(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    status = lint_imports(config_filename="pyproject.toml", no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


@pytest.mark.parametrize(
    "module",
    ["circuits.engine.simulate", "thalamus.loop", "figures", "sims.alternation.experiment"],
)
def test_what_reads_or_describes_loads_neither_brian2_nor_matplotlib(module: str) -> None:
    code = f"import {module}, sys; print(*sorted({{'brian2', 'matplotlib'}} & set(sys.modules)))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == []


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(ROOT)))
def test_no_file_is_longer_than_one_can_hold_in_mind(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 400


def test_files_are_named_for_their_subject() -> None:
    technique = {"utils", "util", "helpers", "core", "common", "misc"}
    assert not [f for f in FILES if f.stem in technique or technique & set(f.parent.parts[-2:])]


def test_every_folder_has_its_tests() -> None:
    assert {f.name for f in (ROOT / "tests").iterdir() if f.is_dir()} >= set(FOLDERS)
