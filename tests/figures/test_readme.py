"""What figures/README.md says can be done works, and its tables are whole."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import figures
from circuits.runs import store

README = (Path(__file__).parents[2] / "figures" / "README.md").read_text(encoding="utf-8")


def test_the_lines_that_draw_one_figure_run(run, tmp_path, monkeypatch):
    store.save(run, tmp_path / "runs" / "alternation-1")
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(compile(code, "README.md", "exec"), {})
    assert (tmp_path / "raster.png").read_bytes()[:4] == b"\x89PNG"


def test_every_figure_has_its_row_and_every_row_its_figure():
    rows = re.findall(r"^\| `([\w.]+)(?:\(.*?\))?` \|", README, re.MULTILINE)
    assert [name for name in rows if "." not in name] == list(figures.FIGURES)
    for name in rows:
        module, _, function = name.rpartition(".")
        assert callable(getattr(importlib.import_module(module or "figures"), function))
    assert {f"figures.{name}" for name in ("fold_pair", "forest", "sweep_map")} <= set(rows)
