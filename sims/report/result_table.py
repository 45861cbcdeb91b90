"""What a measurement found, as a table: printed on a terminal or written as CSV."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from circuits.runs.plain import plain
from circuits.runs.whole_file import write_whole
from sims.report.tables import paragraph, table

#: A number, a name, or None for what does not exist.
Cell = str | int | float | None


@dataclass(frozen=True, kw_only=True)
class ResultTable:
    """A table of results.

    Attributes
    ----------
    title : str
        The question, or what was measured, in one line.
    heads : tuple of str
        One a column.
    rows : tuple of tuple
        As many cells as heads; None or NaN where a value does not exist.
    notes : tuple of str
        What has to be known to read it: units, what a value means, what it cannot show.
    metrics : mapping of str to float
        What it comes to, flat, for `metrics.json`.
    results : mapping
        Plain numbers that a figure of it shows, for `results.json`.
    further : mapping of str to ResultTable
        Tables that go with it, by the name of their file.
    """

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    metrics: Mapping[str, float] = field(default_factory=dict)
    results: Mapping[str, Any] = field(default_factory=dict)
    further: Mapping[str, ResultTable] = field(default_factory=dict)

    def text(self) -> str:
        """Lay it out for a terminal: numbers flush right with three digits, the notes and further tables below."""
        numeric = [all(not isinstance(row[k], str) for row in self.rows) for k in self._columns]
        heads = [f">{h}" if n else h for h, n in zip(self.heads, numeric, strict=True)]
        rows = [[_shown(cell) for cell in row] for row in self.rows]
        own = [table(self.title, heads, rows), *map(paragraph, self.notes)]
        return "\n\n".join([*own, *(one.text() for one in self.further.values())])

    def csv(self) -> str:
        """Write it as CSV with all digits; what does not exist is empty. Title and notes are left out."""
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(self.heads)
        writer.writerows([["" if _missing(cell) else cell for cell in row] for row in self.rows])
        return file.getvalue()

    def write(self, path: Path) -> None:
        """Write the CSV into a file."""
        write_whole(path, self.csv().encode())

    def write_folder(self, folder: Path) -> None:
        """Write a new folder: `table.csv`, further tables, and `metrics.json` and `results.json` if there are any."""
        folder.mkdir()
        self.write(folder / "table.csv")
        for name, one in self.further.items():
            one.write(folder / f"{name}.csv")
        for name, values in (("metrics", self.metrics), ("results", self.results)):
            if values:
                text = json.dumps(plain(values), indent=1, allow_nan=False)
                write_whole(folder / f"{name}.json", f"{text}\n".encode())

    @property
    def _columns(self) -> range:
        return range(len(self.heads))


def _missing(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, float) and math.isnan(cell))


def _shown(cell: Cell) -> str:
    if _missing(cell):
        return "-"
    return f"{cell:.3g}" if isinstance(cell, float) else str(cell)
