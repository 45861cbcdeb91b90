"""Where runs go: names nobody else gets, places that cannot be written, runs of older versions."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from circuits.errors import CtloopError
from circuits.runs import store
from circuits.runs.run import RunData
from sims.cli import main as cli
from sims.cli.options import run_folder

Captured = pytest.CaptureFixture[str]
Draw = Callable[[RunData, Path], None]
Set = Callable[[Draw], None]


@pytest.fixture
def drawn_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Set:
    """Stand in for the experiment, which measures one number; give what sets how it draws."""
    experiment, figures = (
        ModuleType("sims.alternation.experiment"),
        ModuleType("figures.run.gallery"),
    )
    experiment.alternation = lambda request, work: RunData(  # type: ignore[attr-defined]
        meta={}, metrics={"theta_l5ib_hz": 5.0}
    )
    monkeypatch.setitem(sys.modules, "sims.alternation.experiment", experiment)
    monkeypatch.setitem(sys.modules, "figures.run.gallery", figures)
    monkeypatch.chdir(tmp_path)

    def how(draw: Draw) -> None:
        figures.draw_run = draw  # type: ignore[attr-defined]

    how(lambda run, folder: None)
    return how


def _raise(error: Exception) -> Draw:
    def draw(run: RunData, folder: Path) -> None:
        (folder / "figures").mkdir(exist_ok=True)
        (folder / "figures" / "half.svg").write_text("half")
        raise error

    return draw


# --- names --------------------------------------------------------------------------------------


def test_runs_that_begin_together_get_a_name_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with ExitStack() as held, ThreadPoolExecutor(16) as threads:
        take = [run_folder(None, "alternation") for _ in range(40)]
        folders = list(threads.map(held.enter_context, take))
        assert sorted(f.name for f in folders) == sorted(f"alternation-{k}" for k in range(1, 41))
    assert not any(tmp_path.glob("runs/*"))  # nothing was written into them


@pytest.mark.parametrize("left", ["alternation-1", "alternation-1.incomplete-7", "alternation-1.x"])
def test_a_name_somebody_began_with_is_taken(
    left: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "runs" / left).mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    with run_folder(None, "alternation") as folder:
        assert folder.name == "alternation-2"


def test_a_file_called_runs_is_one_line(drawn_by: Set, capsys: Captured) -> None:
    Path("runs").write_text("")
    assert cli.main(["run", "alternation"]) == 2
    assert capsys.readouterr().err == (
        "ctloop: runs is a file, not a folder: move it, or say with --out where the run goes\n"
    )


def test_a_folder_that_may_not_be_written_is_refused_before_the_run(
    drawn_by: Set, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    def refuse(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    for out in ([], ["--out", "mine"]):
        assert cli.main(["run", "alternation", *out]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert "Permission denied" in line
        assert "--out" in line


@pytest.mark.parametrize("out", ["~/a", "a b", "a\nb", "a/../b", "a\\b", "größe"])
def test_a_place_is_read_as_the_user_writes_it(
    out: str, drawn_by: Set, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert cli.main(["run", "alternation", "--out", out]) == 0
    place = {"~/a": tmp_path / "home" / "a", "a/../b": tmp_path / "b"}.get(out, tmp_path / out)
    assert store.read_meta(place)["complete"]


def test_an_empty_place_is_refused(drawn_by: Set, capsys: Captured) -> None:
    assert cli.main(["run", "alternation", "--out", ""]) == 2
    assert "a path was expected, not an empty text" in capsys.readouterr().err


# --- figures that cannot be drawn ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "No space left on device"),
        (ValueError("no such colour"), "ValueError: no such colour"),
    ],
)
def test_a_figure_that_fails_loses_no_run(
    error: Exception, why: str, drawn_by: Set, capsys: Captured
) -> None:
    drawn_by(_raise(error))
    assert cli.main(["run", "alternation", "--out", "mine", "--quiet"]) == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert why in line
    assert "ctloop show mine --figures" in line
    assert store.read_meta(Path("mine"))["complete"]
    assert not Path("mine/figures").exists()


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS])
def test_a_run_that_may_only_be_read_is_shown_but_not_drawn(
    number: int, drawn_by: Set, capsys: Captured
) -> None:
    assert cli.main(["run", "alternation", "--out", "mine", "--quiet"]) == 0
    drawn_by(_raise(OSError(number, os.strerror(number), "mine/figures/a.png")))
    assert cli.main(["show", "mine"]) == 0
    assert "theta_l5ib_hz" in capsys.readouterr().out
    assert cli.main(["show", "mine", "--figures"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"ctloop: mine/figures cannot be written: {os.strerror(number)}")


# --- runs of older versions -----------------------------------------------------------------------

OLD: dict[str, dict[str, Any]] = {
    "alternation": {"experiment": {"name": "alternation", "condition": "conflict"}, "lesions": []},
    "prediction": {"experiment": {"name": "prediction", "sequence": "loop", "seeds": [40]}},
    "plasticity": {"experiment": "plasticity", "command": "ctloop run plasticity --seed 0"},
}


def _old(kind: str, folder: Path) -> Path:
    """Write a run as the first version did: no request, and of plasticity no arrays."""
    run = RunData(meta={**OLD[kind], "seed": 3}, metrics={"rate_hz": 4.5})
    store.save(run, folder)
    if kind == "plasticity":
        (folder / store.ARRAYS).unlink()
    return folder


@pytest.mark.parametrize("kind", OLD)
def test_an_old_run_is_shown(kind: str, tmp_path: Path, capsys: Captured) -> None:
    assert cli.main(["show", str(_old(kind, tmp_path / "old")), "--all"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(kind)
    assert "4.5" in shown


@pytest.mark.parametrize("kind", OLD)
def test_an_old_run_says_that_it_cannot_be_repeated(
    kind: str, tmp_path: Path, capsys: Captured
) -> None:
    assert (
        cli.main(["repeat", str(_old(kind, tmp_path / "old")), "--out", str(tmp_path / "x")]) == 2
    )
    (line,) = capsys.readouterr().err.splitlines()
    assert "stored no request" in line
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("kind", OLD)
def test_an_old_run_is_drawn_or_says_in_one_line_why_not(
    kind: str, tmp_path: Path, capsys: Captured
) -> None:
    code = cli.main(["show", str(_old(kind, tmp_path / "old")), "--figures"])
    err = capsys.readouterr().err
    assert (code, len(err.splitlines())) in ((0, 0), (2, 1))


def test_what_is_no_run_is_no_run_whatever_is_asked_of_it(tmp_path: Path) -> None:
    with pytest.raises(CtloopError, match="not a run folder"):
        store.read_metrics(tmp_path / "nowhere")
