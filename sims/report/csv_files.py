"""CSV files of rows that may have different columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from circuits.errors import CtloopError
from circuits.files import read_text
from circuits.runs.whole_file import write_whole


def write_rows(path: Path, rows: Sequence[Mapping[str, Any]], comment: str = "") -> None:
    """Write rows under one head that has every row's columns, in the order of their first use.

    Parameters
    ----------
    path : Path
    rows : sequence of mapping
        Column -> value; what a row lacks is left empty, and so is None.
    comment : str
        A line above the head, written after "# ".

    Raises
    ------
    CtloopError
        If the file cannot be written.
    """
    heads = list(dict.fromkeys(key for row in rows for key in row))
    text = io.StringIO(newline="")
    if comment:
        text.write(f"# {comment}\n")
    writer = csv.DictWriter(text, heads, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    try:
        write_whole(path, text.getvalue().encode())
    except OSError as error:
        msg = f"cannot write the table {path}: {error.strerror or error}"
        raise CtloopError(msg) from error


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read rows back as text; lines that begin with "#" are left out.

    Raises
    ------
    CtloopError
        If the file is not there, or is no table.
    """
    lines = read_text(path, "the table").splitlines()
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    if any(None in row or None in row.values() for row in rows):
        msg = f"{path} has a row that is longer or shorter than its head"
        raise CtloopError(msg)
    return rows
