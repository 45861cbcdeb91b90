"""Every example of the gallery has its parts, takes only what a user has, and is listed in the README."""

from __future__ import annotations

import ast
import re

import pytest

from sims.gallery.__main__ import EXAMPLES, HERE, main

README = (HERE / "README.md").read_text(encoding="utf-8")
#: What the READMEs show to users of Python; besides, all of `figures`, `areas` and `thalamus`.
PUBLIC = {
    "circuits.records", "circuits.runs", "circuits.spec", "sims.alternation", "sims.runs.perform",
}  # fmt: skip
ANATOMY_AND_FIGURES = ("areas", "figures", "thalamus")
OTHERS = {"dataclasses", "numpy", "pathlib", "PIL"}
#: The largest picture that is committed, bytes.
LARGEST = 150_000


def source(name: str) -> str:
    return (HERE / f"{name}.py").read_text(encoding="utf-8")


def prose(name: str) -> str:
    lines = source(name).splitlines()
    return "\n".join(line.removeprefix("#").removeprefix(" ") for line in lines if line[:1] == "#")


def pictures(name: str) -> list[str]:
    """The files that the text of an example shows."""
    return re.findall(r"!\[[^]]+\]\(runs/gallery/([^)]+)\)", prose(name))


def test_every_file_is_an_example_and_every_example_a_file() -> None:
    assert {f.stem for f in HERE.glob("*.py")} == {*EXAMPLES, "__init__", "__main__"}


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_begins_with_a_title_and_a_question(name: str) -> None:
    first, title, _, question = source(name).splitlines()[:4]
    assert first == "# %% [markdown]"
    assert title.startswith("# # ")
    assert question.startswith("# **Question.** ")
    assert "?" in prose(name).split("# %%")[0].partition("What the shortening costs")[0]


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_says_what_the_shortening_costs_and_ends_with_what_would_falsify_it(name: str) -> None:
    assert "*What the shortening costs.*" in prose(name)
    _, heading, rest = source(name).rpartition("# ## What would falsify it\n#\n")
    assert heading
    assert len(re.findall(r"^# - ", rest, re.MULTILINE)) >= 3
    assert not [line for line in rest.splitlines() if not line.startswith("#")]


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_prints_asserts_and_shows_the_pictures_that_it_writes(name: str) -> None:
    tree = ast.parse(source(name))
    assert any(isinstance(node, ast.Assert) for node in ast.walk(tree))
    assert "print(" in source(name)
    written = re.findall(r'save(?:fig)?\(OUT / "(\w+\.png)"', source(name))
    assert f"{name}.png" in written
    assert sorted(written) == sorted(pictures(name))


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_imports_only_what_is_public(name: str) -> None:
    for node in ast.walk(ast.parse(source(name))):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        names = [alias.name for alias in node.names]
        for module in [node.module] if isinstance(node, ast.ImportFrom) else names:
            assert module is not None
            package = module.split(".")[0]
            assert module in PUBLIC or package in OTHERS or package in ANATOMY_AND_FIGURES
        assert not [one for one in names if one.startswith("_")]


def test_the_readme_lists_all_of_them_in_their_order() -> None:
    assert re.findall(r"^\| \[(\w+)\.py\]", README, re.MULTILINE) == list(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_readme_shows_a_small_picture_of_it(name: str) -> None:
    assert f"(pictures/{name}.png)" in README
    assert (HERE / "pictures" / f"{name}.png").stat().st_size < LARGEST


def test_an_unknown_example_is_refused_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["alternatoin"]) == 2
    shown = capsys.readouterr().err.strip()
    assert "alternation" in shown
    assert "\n" not in shown
