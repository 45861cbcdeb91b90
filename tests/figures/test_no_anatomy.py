"""Figures ask a run for its relay cells; no population is named outside the palette and the defaults."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from circuits.spec import populations
from thalamus.loop import corticothalamic_loop

ROOT = Path(__file__).parents[2]
MAY_NAME = {"figures/style/palette.py", "figures/style/roles.py"}
FILES = [
    file
    for file in sorted((ROOT / "figures").rglob("*.py"))
    if str(file.relative_to(ROOT)) not in MAY_NAME
]


def names() -> set[str]:
    """Populations of the loop, their structures, and classes long enough to be no other word."""
    known = set(populations(corticothalamic_loop(0.003)))
    structures = {name.partition(".")[0] for name in known}
    classes = {name.partition(".")[2] for name in known}
    return known | structures | {one for one in classes if len(one) > 2}


def literals(source: str) -> list[str]:
    """Every string of a module that is no docstring, parts of f-strings included."""
    tree = ast.parse(source)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        and id(node) not in docstrings
    ]  # fmt: skip


def named(source: str, known: set[str]) -> set[str]:
    """Find the names of populations that stand as whole words in the strings of a module."""
    words = {word for text in literals(source) for word in re.findall(r"\w+(?:\.\w+)?", text)}
    return known & (words | {part for word in words for part in word.split(".")})


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(ROOT)))
def test_no_string_of_a_figure_names_a_population(file: Path) -> None:
    assert not named(file.read_text(encoding="utf-8"), names())


def test_a_name_in_a_string_is_found_and_in_a_docstring_is_not() -> None:
    known = names()
    assert named('x = f"{1} V1.L5IB -> Pulvinar.TRC"', known) >= {"V1.L5IB", "Pulvinar.TRC"}
    assert named('x = "the last L5IB burst"', known) == {"L5IB"}
    assert not named('"""Only V1.L5IB bursts."""', known)
