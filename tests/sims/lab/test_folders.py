"""The folder that the lab shows: what is listed, where an address leads, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from circuits.errors import CtloopError
from sims.lab.folders import Folder
from sims.lab.state import State


def test_runs_are_listed_and_an_address_leads_back_to_each(runs: Path) -> None:
    folder = Folder.open(runs)
    assert set(folder.runs()) == {"runs/intact", "runs/cut", "runs/battery"}
    assert folder.batteries() == ["runs/battery"]
    assert folder.place("runs/cut") == folder.place("cut") == (runs / "cut").resolve()
    assert folder.load("runs/cut").metrics["replacement"] == 0.2


@pytest.mark.parametrize("address", ["..", "../x", "runs/../../x", "/etc", "runs//etc/../../.."])
def test_what_is_outside_is_refused(runs: Path, address: str) -> None:
    with pytest.raises(CtloopError, match="outside"):
        Folder.open(runs).load(address)


def test_a_link_that_leads_outside_is_refused(runs: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (runs / "link").symlink_to(tmp_path / "secret")
    with pytest.raises(CtloopError, match="outside"):
        Folder.open(runs).place("runs/link")


def test_a_folder_without_runs_and_one_that_is_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CtloopError, match="holds no runs"):
        Folder.open(tmp_path)
    with pytest.raises(CtloopError, match="there is no such folder"):
        Folder.open(tmp_path / "x")


def test_the_state_survives_the_address_and_nonsense_is_left_out() -> None:
    state = State.read(
        {"a": [b"runs/x"], "t": [b"2.1"], "w": [b"nan"], "view": [b"none"], "lesion": [b"a", b"b"]}
    )
    assert state == State(a="runs/x", t=2.1, lesions=("a", "b"))
    assert state.address() == "a=runs%2Fx&lesion=a&lesion=b"
