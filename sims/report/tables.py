"""Plain tables: aligned, one row a line, quick, and fit for grep."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Sequence


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay rows out under their columns.

    Parameters
    ----------
    title : str
        The line above.
    columns : sequence of str
        Their heads. One that begins with ">" is set flush right, as numbers are.
    rows : iterable of sequences of str
        As many cells as there are columns.

    Returns
    -------
    str
        Lines without an end of line after the last; blank ends are cut.
    """
    heads = [column.removeprefix(">") for column in columns]
    body = [list(row) for row in rows]
    widths = [max(len(row[i]) for row in [heads, *body]) for i in range(len(columns))]
    lines = [
        "  ".join(
            cell.rjust(width) if column[0] == ">" else cell.ljust(width)
            for cell, width, column in zip(row, widths, columns, strict=True)
        ).rstrip()
        for row in [heads, ["-" * width for width in widths], *body]
    ]
    return "\n".join([title, "", *lines])


def paragraph(text: str, indent: int = 0) -> str:
    """Fold a text at the terminal's edge, indented all along."""
    width = min(shutil.get_terminal_size().columns, 100)
    return textwrap.fill(
        text,
        width,
        initial_indent=" " * indent,
        subsequent_indent=" " * indent,
        break_on_hyphens=False,
    )
