"""Rows with different columns are written as one table and read back."""

from __future__ import annotations

from pathlib import Path

import pytest

from circuits.errors import CtloopError
from sims.report.csv_files import read_rows, write_rows


def test_rows_with_different_columns_are_one_table(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    write_rows(file, [{"a": 1, "b": None}, {"a": "x, y", "c": 2.5}], comment="made by hand")
    assert file.read_text() == '# made by hand\na,b,c\n1,,\n"x, y",,2.5\n'
    assert read_rows(file) == [{"a": "1", "b": "", "c": ""}, {"a": "x, y", "b": "", "c": "2.5"}]


@pytest.mark.parametrize("text", ["a,b\n1\n", "a,b\n1,2,3\n"])
def test_a_row_of_another_length_than_the_head_is_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.csv").write_text(text)
    with pytest.raises(CtloopError, match="longer or shorter than its head"):
        read_rows(tmp_path / "x.csv")


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CtloopError, match="cannot read the table"):
        read_rows(tmp_path / "x.csv")
