"""The README is true: its commands are commands, its example runs, its tree is the tree."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from sims.cli import main as cli

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)


def test_the_first_command_runs_the_main_experiment_and_the_second_the_tests() -> None:
    run, test = blocks("sh")[:2]
    assert run.strip().endswith("ctloop run alternation")
    assert test.strip().endswith("pytest -n auto")
    for command in (run, test):
        assert len(command.splitlines()) == 1
        assert command.startswith("python3 -m venv .venv && .venv/bin/pip install ")


@pytest.mark.parametrize("number", [1, 2])
def test_ci_runs_these_two_commands_word_for_word(number: int) -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    (function,) = re.findall(
        r"^readme_command\(\) \{.*?^\}$", script, flags=re.DOTALL | re.MULTILINE
    )
    command = ["bash", "-c", f"{function}\nreadme_command {number}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == blocks("sh")[number - 1]


@pytest.mark.parametrize(
    "line", [line for block in blocks("sh")[2:] for line in block.splitlines() if line]
)
def test_every_command_shown_is_one_the_command_line_takes(line: str) -> None:
    program, *arguments = shlex.split(line, comments=True)
    assert program == "ctloop"
    request, strangers = cli.parser(arguments).parse_known_args(arguments)
    assert strangers == []
    assert callable(request.act)


def commands_of_every_readme() -> list[str]:
    texts = [f.read_text(encoding="utf-8") for f in sorted(ROOT.glob("*/**/README.md"))]
    shell = [b for text in texts for b in re.findall(r"^```sh\n(.*?)^```$", text, re.S | re.M)]
    inline = [c for text in texts for c in re.findall(r"`(ctloop [a-z][^`]*)`", text)]
    lines = [line for block in shell for line in block.replace("\\\n", " ").splitlines()]
    found = [line for line in (*lines, *inline) if line.startswith("ctloop ")]
    return sorted({line for line in found if not line.endswith("--help")})


@pytest.mark.parametrize("line", commands_of_every_readme())
def test_every_command_of_the_other_readmes_is_one_the_command_line_takes(line: str) -> None:
    _, *arguments = shlex.split(line.replace("--seed N", "--seed 1"), comments=True)
    if arguments[-1] not in (
        "run",
        "sweep",
        "measure",
        "--collect",
    ):  # a command named in a sentence
        _, strangers = cli.parser(arguments).parse_known_args(arguments)
        assert strangers == []


def test_the_tree_names_every_folder_and_no_other() -> None:
    (tree,) = blocks("text")
    named = {line.split("/")[0] for line in tree.splitlines()}
    there = {f.name for f in ROOT.iterdir() if f.is_dir() and any(f.glob("**/*.py"))}
    assert named == {f for f in there if not f.startswith((".", "build", "runs"))}


def test_it_says_what_is_not_claimed() -> None:
    assert "No experiment has recorded a 5 Hz alternation" in README


@pytest.mark.parametrize("picture", re.findall(r"!\[[^]]*\]\(([^)]+)\)", README) or [None])
def test_its_pictures_are_there_and_small(picture: str | None) -> None:
    if picture is not None:
        assert (ROOT / picture).stat().st_size < 300_000


@pytest.mark.slow
@pytest.mark.compile
def test_the_example_has_under_ten_lines_and_runs_as_a_file_without_a_main_guard(
    tmp_path: Path,
) -> None:
    (example,) = blocks("python")
    assert len([line for line in example.splitlines() if line]) < 10
    (tmp_path / "example.py").write_text(example)
    (tmp_path / "figures").mkdir()  # a run's folder of data beside the script hides nothing
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(
        [sys.executable, "example.py"], check=True, cwd=tmp_path, env=environment, timeout=900
    )
    assert (tmp_path / "raster.png").stat().st_size > 10_000


def test_it_is_one_page() -> None:
    assert len(README.splitlines()) <= 150
