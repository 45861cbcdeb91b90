"""Figures need no display: a backend that cannot be loaded does not stop them, nor do they change it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import matplotlib
import pytest

import figures
from circuits.runs import store

ROOT = Path(__file__).parents[2]
NONSENSE = "module://nonsense"
#: Matplotlib refuses to be imported with a name like this.
UNKNOWN = "nonsense"
DRAW = """
import sys
from pathlib import Path

import figures

print(len(figures.draw_all(Path(sys.argv[1]))))
import matplotlib

assert "matplotlib.pyplot" not in sys.modules
print(dict.__getitem__(matplotlib.rcParams, "backend"))
"""


def test_every_figure_is_drawn_though_the_backend_of_the_environment_cannot_be_loaded(
    run, tmp_path
):
    folder = store.save(run, tmp_path / "run")
    done = subprocess.run(
        [sys.executable, "-c", DRAW, str(folder)], cwd=ROOT, env=os.environ | {"MPLBACKEND": NONSENSE},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(len(figures.FIGURES)), NONSENSE]


def test_drawing_leaves_the_chosen_backend_alone(run, tmp_path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(matplotlib.rcParams, "backend", NONSENSE)
    figures.draw(run, tmp_path, ["spectra"])
    assert dict.__getitem__(matplotlib.rcParams, "backend") == NONSENSE


def test_a_name_that_matplotlib_refuses_stops_no_figure(run, tmp_path):
    folder = store.save(run, tmp_path / "run")
    code = DRAW.rpartition("print")[0] + "print(__import__('os').environ['MPLBACKEND'])"
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], cwd=ROOT, env=os.environ | {"MPLBACKEND": UNKNOWN},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(len(figures.FIGURES)), UNKNOWN]
