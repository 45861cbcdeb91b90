"""The README of areas/ is true: its examples run, and it lists every file of the folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "areas"
README = (FOLDER / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_of_what_to_add_runs(number: int) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", EXAMPLES[number]]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr


def test_an_example_is_short() -> None:
    assert all(len(example.splitlines()) <= 8 for example in EXAMPLES)


def test_it_lists_the_files_of_the_folder_and_no_other() -> None:
    rows = [line.split("|")[1] for line in README.splitlines() if line.startswith("| `")]
    listed = {name for row in rows for name in re.findall(r"`([^`]+)`", row)}
    there = {f.name for f in FOLDER.iterdir() if f.suffix in (".py", ".md")}
    assert listed == there - {"__init__.py", "README.md"}
