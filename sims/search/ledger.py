"""The table of a search's runs, written as they come: from it a stopped search goes on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sims.report.csv_files import read_rows, write_rows
from sims.search.plan import Candidate

RUNS = "runs.csv"
_ABOUT = ("candidate", "settings", "seed", "error", "folder")
#: Joins what is set for a candidate; no setting has it.
_JOIN = "; "


@dataclass(frozen=True, slots=True)
class Run:
    """What became of one run: its metrics (None where it has no value), or why it failed."""

    metrics: Mapping[str, float | None]
    error: str = ""
    folder: str = ""


class Ledger:
    """The runs of a search, by what is set and the seed; whoever asks for the same gets the same.

    Parameters
    ----------
    folder : Path
        Holds `runs.csv`, which is read if it is there.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._runs: dict[tuple[str, int], tuple[int, Run]] = {}
        path = folder / RUNS
        for row in read_rows(path) if path.is_file() else ():
            metrics = {k: _number(v) for k, v in row.items() if k not in _ABOUT}
            run = Run(metrics, row["error"], row["folder"])
            self._runs[row["settings"], int(row["seed"])] = (int(row["candidate"]), run)

    def __len__(self) -> int:
        """Count the runs."""
        return len(self._runs)

    def find(self, candidate: Candidate, seed: int) -> Run | None:
        """Give the run of a candidate and seed; None if it was not made yet."""
        found = self._runs.get((_JOIN.join(candidate.settings), seed))
        return None if found is None else found[1]

    def add(self, candidate: Candidate, seed: int, run: Run) -> None:
        """Add a run and write the table."""
        self._runs[_JOIN.join(candidate.settings), seed] = (candidate.number, run)
        self.write()

    def clear(self) -> None:
        """Forget all runs."""
        self._runs.clear()
        (self.folder / RUNS).unlink(missing_ok=True)

    def write(self) -> None:
        """Write the table."""
        rows = [
            {"candidate": number, "settings": settings, "seed": seed, "error": run.error,
             "folder": run.folder, **run.metrics}
            for (settings, seed), (number, run) in self._runs.items()
        ]  # fmt: skip
        write_rows(self.folder / RUNS, rows)


def numbers(metrics: Mapping[str, Any]) -> dict[str, float | None]:
    """Keep of a run's metrics those that are one number, or would be."""
    return {
        key: value
        for key, value in metrics.items()
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool))
    }


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:  # empty: the run has no value
        return None
    return number if math.isfinite(number) else None
