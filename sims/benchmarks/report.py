"""What `ctloop bench` leaves: a table, flat numbers, the machine, and a figure; written anew as results come."""

from __future__ import annotations

import json
import math
import os
import platform
import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from circuits.machine import compiler
from circuits.runs.whole_file import write_whole
from sims.benchmarks.metrics import BENCH
from sims.benchmarks.sides import Found
from sims.report.csv_files import write_rows
from sims.report.result_table import ResultTable

#: What versions are told of.
PACKAGES = ("brian2", "numpy", "Cython", "nest-simulator")
DIGITS = 4


class Report:
    """All metrics, measured or not yet.

    Parameters
    ----------
    folder : Path
        Gets `bench.json` (key: number or null), `bench.csv` (the table) and `machine.json`.
    about : str
        The command, for the head of the table.
    """

    def __init__(self, folder: Path, about: str) -> None:
        self.folder, self.about = folder, about
        self.machine = machine()
        self.found = {m.key: Found(m.key, None, note="not measured") for m in BENCH}
        write_whole(folder / "machine.json", _json(self.machine))
        self._write()

    def add(self, found: Iterable[Found]) -> None:
        """Take what a part has found, and write all anew.

        Raises
        ------
        KeyError
            If a metric is not declared.
        """
        for one in found:
            if one.key not in self.found:
                raise KeyError(one.key)
            self.found[one.key] = one
        self._write()

    def rows(self) -> list[dict[str, Any]]:
        """Give a row a metric: number, range, unit, goal, whether it is met, meaning, note."""
        rows = []
        for metric in BENCH:
            one = self.found[metric.key]
            met = ""
            if metric.goal is not None and one.value is not None:
                met = "met" if metric.goal.held(one.value) else "not met"
            rows.append(
                {
                    "metric": metric.key,
                    "value": _rounded(one.value),
                    "low": _rounded(one.low),
                    "high": _rounded(one.high),
                    "unit": metric.unit,
                    "goal": "" if metric.goal is None else str(metric.goal),
                    "met": met,
                    "meaning": metric.meaning,
                    "note": one.note,
                }
            )
        return rows

    def table(self) -> ResultTable:
        """Lay the metrics out for a terminal."""
        heads = ("metric", "value", "low", "high", "unit", "goal", "met", "note")
        return ResultTable(
            title=self.about,
            heads=heads,
            rows=tuple(tuple(row[head] for head in heads) for row in self.rows()),
            notes=(
                "Medians and ranges of repetitions; ratios are of two sides measured in turn. "
                + describe(self.machine),
            ),
        )

    def draw(self) -> Path:
        """Draw the figure into the folder.

        Raises
        ------
        figures.style.canvas.Missing
            If nothing was measured.
        """
        from figures.benchmarks.goals import goals
        from figures.style.canvas import write

        return write(goals(self.records()), self.folder / "figures" / "bench.png")

    def records(self) -> list[dict[str, Any]]:
        """Give the metrics with a goal as figures take them."""
        out = []
        for metric in BENCH:
            one, goal = self.found[metric.key], metric.goal
            if goal is None:
                continue
            low = math.isfinite(goal.low)
            out.append(
                {
                    "metric": metric.key,
                    "value": one.value,
                    "low": one.low,
                    "high": one.high,
                    "goal": goal.low if low else goal.high,
                    "more_is_better": low,
                    "met": goal.held(one.value),
                }
            )
        return out

    def _write(self) -> None:
        numbers = {key: one.value for key, one in self.found.items()}
        write_whole(self.folder / "bench.json", _json(numbers))
        comment = f"{self.about}; {describe(self.machine)}"
        write_rows(self.folder / "bench.csv", self.rows(), comment=comment)


def machine() -> dict[str, Any]:
    """Describe this machine: processor, cores, load, compiler, versions."""
    versions = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "none"
    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 1,
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "system": f"{platform.system()} {platform.machine()}",
        "compiler": compiler.version() or "none",
        "flags": compiler.flags(),
        "versions": versions,
        "command": ["ctloop", *sys.argv[1:]],
    }


def describe(machine: dict[str, Any]) -> str:
    """Write a machine in one line."""
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    return (
        f"{machine['processor']}, {machine['cores']} cores, load {machine['load']} at the start, "
        f"{machine['compiler']}, {versions}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{DIGITS}g}")


def _json(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, indent=1, allow_nan=False) + "\n").encode()
