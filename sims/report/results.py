"""The tables of README files: rendered from the CSV file beside them, and checked against it.

A table stands between two comments, which a reader does not see::

    <!-- results: results/seeds.csv columns=theta_l5ib_hz:.2f,content_outcome:.2f by=label -->
    <!-- end -->

The first names the file, and then words of the form name=value:

table=summary     (the usual one) a row for each label: median and range over the seeds
table=rows        the rows as they are
table=goals       a row for each metric with a goal: the goal, and in how many seeds it held
columns=KEY:FORMAT:HEAD,...   metrics, how their numbers are written, the head of the column
by=label          the column whose values are the rows of a summary
count=seeds       what a summary calls the rows that it sums up
label="A|B"       only the rows of these labels, in this order
experiment=NAME   for goals; any further word is an option of the run (sequence=reber)
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Protocol

from circuits.errors import CtloopError, UnknownName
from circuits.files import read_text
from sims.report.csv_files import read_rows

_BLOCK = re.compile(r"(<!-- results: (?P<words>.*?) -->\n)(?P<table>.*?)(<!-- end -->)", re.DOTALL)
_OPENING, _USUAL_FORMAT = "<!-- results: ", ".3g"
_TABLES = ("summary", "rows", "goals")
_WORDS = ("table", "columns", "by", "stat", "label", "experiment", "count")
Rows = Sequence[Mapping[str, str]]


class Hoped(Protocol):
    """A goal of a metric; its text is the range."""

    def held(self, value: float | None) -> bool:
        """Return whether a value reaches it."""


#: From an experiment and options of its run to the goal of each metric.
GoalsOf = Callable[[str, Mapping[str, str]], Callable[[str], Hoped | None]]


def readmes() -> list[Path]:
    """List the README files of this checkout: the top one, and those below sims/."""
    top = Path(__file__).resolve().parents[2]
    return [f for f in (top / "README.md", *sorted(top.glob("sims/**/README.md"))) if f.is_file()]


def render(readme: Path, goals: GoalsOf) -> str:
    """Give a README with its tables as the CSV files give them.

    Parameters
    ----------
    readme : Path
    goals : callable
        Is asked for the goals of an experiment where a table counts them.

    Returns
    -------
    str
        The whole text.

    Raises
    ------
    CtloopError
        If it cannot be read, a marker cannot be understood, or a file lacks what it asks for.
    """
    text = read_text(readme)
    if text.count(_OPENING) != len(_BLOCK.findall(text)):
        msg = f"{readme}: a table begins with {_OPENING}... --> and ends with a line <!-- end -->"
        raise CtloopError(msg)
    return _BLOCK.sub(lambda m: f"{m[1]}{_table(readme, m['words'], goals)}\n{m[4]}", text)


def check(readme: Path, goals: GoalsOf) -> None:
    """Refuse a README whose tables are not what its CSV files give; parameters as of `render`.

    Raises
    ------
    CtloopError
        Naming the file of the first table that differs.
    """
    now, then = (list(_BLOCK.finditer(text)) for text in (read_text(readme), render(readme, goals)))
    for found, wanted in zip(now, then, strict=True):
        if found["table"] != wanted["table"]:
            name = found["words"].split()[0]
            msg = f"{readme}: a table is not what {name} gives; ctloop results {readme} writes it"
            raise CtloopError(msg)


def _table(readme: Path, words: str, goals: GoalsOf) -> str:
    """Render the table that one marker asks for."""
    try:
        name, *rest = shlex.split(words)
        given = dict(word.split("=", 1) for word in rest)
    except ValueError as error:
        msg = f"{readme}: cannot read the marker {words!r}; write FILE.csv columns=KEY,... by=label"
        raise CtloopError(msg) from error
    kind = given.get("table", "summary")
    if kind not in _TABLES:
        raise UnknownName("table", kind, _TABLES)
    for word in given:
        if word not in _WORDS and kind != "goals":
            raise UnknownName("word of a table", word, _WORDS)
    if given.get("stat", "median+range") != "median+range":
        msg = f"{readme}: a summary gives median and range (stat=median+range), not {given['stat']}"
        raise CtloopError(msg)
    rows = _chosen(read_rows(readme.parent / name), given)
    try:
        if kind == "goals":
            return _goals(rows, given, goals)
        return (_summary if kind == "summary" else _as_they_are)(rows, given)
    except ValueError as error:  # a cell that is no number, a format that is none
        msg = (
            f"{readme}: the table of {name} cannot be made ({error}); check its columns and formats"
        )
        raise CtloopError(msg) from error


def _chosen(rows: Rows, given: Mapping[str, str]) -> Rows:
    if not rows or "label" not in given:
        return rows
    by = given.get("by", "label")
    _require(by, rows)
    labels = given["label"].split("|")
    for label in labels:
        if label not in (known := {row[by] for row in rows}):
            raise UnknownName(by, label, known)
    return [row for label in labels for row in rows if row[by] == label]


def _columns(given: Mapping[str, str], rows: Rows) -> list[tuple[str, str, str]]:
    """Read key, format and head of each column."""
    found = []
    for text in filter(None, given.get("columns", "").split(",")):
        key, form, head = [*text.split(":", 2), "", ""][:3]
        _require(key, rows)
        found.append((key, form or _USUAL_FORMAT, head or f"`{key}`"))
    return found


def _require(column: str, rows: Rows) -> None:
    known = list(rows[0]) if rows else []
    if column not in known:
        raise UnknownName("column", column, known)


def _summary(rows: Rows, given: Mapping[str, str]) -> str:
    by, columns = given.get("by", "label"), _columns(given, rows)
    _require(by, rows)
    lines = []
    for label in dict.fromkeys(row[by] for row in rows):
        mine = [row for row in rows if row[by] == label]
        cells = [_median_and_range([row[key] for row in mine], form) for key, form, _ in columns]
        lines.append([label, str(len(mine)), *cells])
    return _markdown(["", given.get("count", "seeds"), *(head for *_, head in columns)], lines)


def _median_and_range(values: Sequence[str], form: str) -> str:
    numbers = [float(value) for value in values if value]
    missing = len(values) - len(numbers)
    if not numbers:
        return "none"
    text = format(median(numbers), form)
    if len(numbers) > 1:
        text += f" ({min(numbers):{form}} to {max(numbers):{form}})"
    return text + (f", {missing} without" if missing else "")


def _as_they_are(rows: Rows, given: Mapping[str, str]) -> str:
    heads = list(rows[0]) if rows else []
    columns = _columns(given, rows) or [(head, _USUAL_FORMAT, f"`{head}`") for head in heads]
    lines = [[_cell(row[key], form) for key, form, _ in columns] for row in rows]
    return _markdown([head for *_, head in columns], lines)


def _cell(text: str, form: str) -> str:
    if not text:
        return "none"
    try:
        number = float(text)
    except ValueError:
        return text
    return text if text.lstrip("-").isdigit() else format(number, form)


def _goals(rows: Rows, given: Mapping[str, str], goals: GoalsOf) -> str:
    if "experiment" not in given:
        msg = "a table of goals needs experiment=NAME"
        raise CtloopError(msg)
    name = given["experiment"]
    goal_of = goals(name, {k: v for k, v in given.items() if k not in _WORDS})
    keys = [key for key, *_ in _columns(given, rows)] or (list(rows[0]) if rows else [])
    lines = []
    for key in keys:
        goal = goal_of(key)
        if goal is not None:
            held = sum(goal.held(float(row[key]) if row[key] else None) for row in rows)
            lines.append([f"`{key}`", str(goal), f"{held} of {len(rows)}"])
    if not lines:
        msg = f"no column of the file has a goal of the experiment {name}"
        raise CtloopError(msg)
    return _markdown(["metric", "goal", "held in"], lines)


def _markdown(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    cells = [[cell.replace("|", "\\|") for cell in line] for line in (heads, *lines)]
    head, *body = ["| " + " | ".join(line) + " |" for line in cells]
    return "\n".join([head, "|" + " --- |" * len(heads), *body])
