"""The battery that is timed: the same command on both sides, and errors that say what to do."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from circuits.errors import CtloopError
from sims.benchmarks import battery
from sims.benchmarks.battery import battery_s, command_of, measure
from sims.benchmarks.battery_declaration import BatteryRequest
from sims.report.progress import SilentProgress


def checkout(folder: Path, text: str) -> Path:
    (folder / "sims").mkdir(parents=True)
    (folder / "sims" / "__init__.py").touch()
    (folder / "sims" / "cli.py").write_text(text, encoding="utf-8")
    return folder


def test_a_folder_that_is_no_checkout_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CtloopError, match="--against takes the folder of a checkout"):
        command_of(tmp_path, sys.executable)


def test_a_battery_that_fails_gives_its_last_line(tmp_path: Path) -> None:
    other = checkout(tmp_path, "import sys\nsys.exit('no such lesion')\n")
    with pytest.raises(CtloopError, match="failed: no such lesion"):
        battery_s(*command_of(other, sys.executable), ["lesion"])


def test_both_sides_run_the_same_command_once_before_they_are_timed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, asked = checkout(tmp_path, ""), list[tuple[Path, str]]()

    def took(command: list[str], root: Path, arguments: list[str]) -> float:
        asked.append((root, " ".join(arguments)))
        return 3.0 if root == there else 2.0

    monkeypatch.setattr(battery, "battery_s", took)
    request = BatteryRequest(against=str(there), seeds=3, arms=("TRN",), repetitions=2)
    table = measure(request, SilentProgress())
    assert table.rows[-1] == ("the other version : here", 1.5, 1.5, 1.5)
    timed = asked[2:]
    assert len({arguments for _, arguments in timed}) == 1
    assert [root == there for root, _ in timed] == [False, True, False, True]
    assert timed[0][1].startswith("lesion TRN --seeds 3 --duration 2 ")
