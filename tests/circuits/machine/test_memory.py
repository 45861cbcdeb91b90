"""The limit of a container or a job of a cluster is memory that is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from circuits.machine import memory


@pytest.mark.parametrize(
    ("line", "folder", "names", "cached"),
    [
        ("0::/job/step", "", memory._NEW, "inactive_file"),
        ("4:memory:/job/step", "memory", memory._OLD, "total_inactive_file"),
    ],
)
@pytest.mark.parametrize("limited", ["job", "job/step", ""])
def test_what_is_left_of_the_tightest_limit_is_what_is_free(
    line: str, folder: str, names: tuple[str, str, str], cached: str, limited: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    place = tmp_path / folder / limited
    place.mkdir(parents=True, exist_ok=True)
    (place / names[0]).write_text("300000000\n")
    (place / names[1]).write_text("250000000\n")
    (place / "memory.stat").write_text(f"anon 1\n{cached} 20000000\n")
    (tmp_path / "cgroup").write_text(f"8:pids:/\n{line}\n")
    monkeypatch.setattr(memory, "_ROOT", tmp_path)
    monkeypatch.setattr(memory, "_GROUPS", tmp_path / "cgroup")
    assert memory.free_memory() == 70e6


def test_no_limit_leaves_what_the_machine_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "cgroup").write_text("0::/\n")
    monkeypatch.setattr(memory, "_ROOT", tmp_path)
    monkeypatch.setattr(memory, "_GROUPS", tmp_path / "cgroup")
    assert memory._limits() == []
    assert memory.free_memory() > 0
