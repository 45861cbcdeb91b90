"""The tables of a circuit's methods as a document: Markdown or LaTeX."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath

from circuits.errors import UnknownName
from circuits.spec.bibliography import REFERENCES
from circuits.spec.methods import Cell, Citations, Formula, Table

#: What LaTeX reads as a command, and how it is written so that it does not.
_TEX = {c: f"\\{c}" for c in "&%$#_{}"} | {
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}",
}
#: Columns above which a table is turned on its side.
_WIDE = 6


def document(path: PurePath, title: str, tables: Sequence[Table], keys: Sequence[str]) -> str:
    """Write tables as a document of the format that the file's ending names.

    Parameters
    ----------
    path : PurePath
        FILE.md or FILE.tex.
    title : str
    tables : sequence of Table
    keys : sequence of str
        The papers listed at the end of Markdown; LaTeX cites them (`--bibtex` makes the .bib file).

    Raises
    ------
    UnknownName
        For another ending.
    """
    if path.suffix not in WRITERS:
        kind = "ending of a methods file"
        raise UnknownName(kind, path.suffix or path.name, WRITERS)
    return WRITERS[path.suffix](title, tables, keys)


def markdown(title: str, tables: Sequence[Table], keys: Sequence[str]) -> str:
    """Write tables as Markdown; equations are set by what reads them (`$...$`)."""
    blocks = [f"# {title}"]
    for table in tables:
        heads = "| " + " | ".join(table.heads) + " |"
        rule = "|" + "---|" * len(table.heads)
        rows = ["| " + " | ".join(map(_in_markdown, row)) + " |" for row in table.rows]
        blocks += [f"## {table.title}", "\n".join([heads, rule, *rows])]
    papers = [f"- **{key}**: {REFERENCES[key].sentence}" for key in keys]
    return "\n\n".join([*blocks, "## References", "\n".join(papers)]) + "\n"


def _in_markdown(cell: Cell) -> str:
    if isinstance(cell, Formula):
        return f"${cell.tex}$"
    return (_cited(cell, ", ".join) if isinstance(cell, Citations) else cell).replace("|", "\\|")


def latex(title: str, tables: Sequence[Table], keys: Sequence[str]) -> str:
    """Write tables as LaTeX, whole and ready to be compiled beside `references.bib`."""
    body = "\n\n".join(map(_latex_table, tables))
    return f"""\
\\documentclass{{article}}
\\usepackage[margin=1.5cm,landscape]{{geometry}}
\\usepackage{{amsmath,longtable,booktabs}}
\\begin{{document}}
\\section*{{{_escaped(title)}}}
\\scriptsize

{body}

\\nocite{{{",".join(keys)}}}
\\bibliographystyle{{plain}}
\\bibliography{{references}}
\\end{{document}}
"""


def _latex_table(table: Table) -> str:
    share = 0.95 / len(table.heads) if len(table.heads) > 2 else 0.45
    size = "\\tiny" if len(table.heads) > _WIDE else "\\scriptsize"
    widths = [share] * len(table.heads) if len(table.heads) != 2 else [0.2, 0.75]
    columns = "".join(f"p{{{w:.3f}\\linewidth}}" for w in widths)
    lines = [" & ".join(map(_in_latex, row)) + r" \\" for row in table.rows]
    heads = " & ".join(f"\\textbf{{{_escaped(h)}}}" for h in table.heads) + r" \\"
    return "\n".join(
        [f"\\subsection*{{{_escaped(table.title)}}}", f"{{{size}\\tabcolsep=2pt",
         f"\\begin{{longtable}}{{{columns}}}", r"\toprule", heads, r"\midrule", r"\endhead", *lines,
         r"\bottomrule", "\\end{longtable}}"]
    )  # fmt: skip


def _in_latex(cell: Cell) -> str:
    if isinstance(cell, Formula):
        return f"${cell.tex}$"
    if isinstance(cell, Citations):
        return _cited(cell, lambda keys: f"\\cite{{{','.join(keys)}}}")
    return _escaped(cell).replace("->", r"$\to$").replace("+-", r"$\pm$")


def _escaped(text: str) -> str:
    return re.sub(r"[&%$#_{}~^\\]", lambda found: _TEX[found[0]], text)


def _cited(cell: Citations, write: Callable[[Sequence[str]], str]) -> str:
    parts = [write(cell.keys)] if cell.keys else []
    parts += ["assumed"] if cell.assumed else []
    return ", ".join(parts + (["set by the user"] if cell.user else []))


WRITERS: Mapping[str, Callable[[str, Sequence[Table], Sequence[str]], str]] = {
    ".md": markdown,
    ".tex": latex,
}
