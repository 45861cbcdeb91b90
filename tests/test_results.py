"""The tables of README files are those of the CSV files beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sims.cli import main as cli
from sims.report.results import readmes

CSV = """\
# ctloop run alternation --duration 10
label,seed,theta_l5ib_hz,content_outcome
intact,0,5.01234,0.9
intact,1,4.8,0.95
intact,2,5.2,
no TRN,0,3,
"""
MARKER = (
    '<!-- results: results/seeds.csv columns="theta_l5ib_hz:.2f:L5IB peak, Hz'.replace(", ", " ")
    + ',content_outcome:.2f" by=label stat=median+range -->\n'
)
TABLE = """\
|  | seeds | L5IB peak Hz | `content_outcome` |
| --- | --- | --- | --- |
| intact | 3 | 5.01 (4.80 to 5.20) | 0.93 (0.90 to 0.95), 1 without |
| no TRN | 1 | 3.00 | none |
"""
Captured = pytest.CaptureFixture[str]


def test_every_table_of_this_repository_is_what_its_file_gives() -> None:
    assert Path(__file__).parents[1] / "README.md" in readmes()
    assert cli.main(["results", "--check"]) == 0


@pytest.fixture
def readme(tmp_path: Path) -> Path:
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "seeds.csv").write_text(CSV)
    file = tmp_path / "README.md"
    file.write_text(f"# Title\n\n{MARKER}<!-- end -->\n\nMore.\n")
    return file


def ask(*words: object) -> int:
    return cli.main(["results", *map(str, words)])


def test_what_is_summed_up_need_not_be_seeds(readme: Path) -> None:
    readme.write_text(readme.read_text().replace(" stat=median", " count=rates stat=median"))
    assert ask(readme) == 0
    assert "|  | rates | L5IB peak Hz |" in readme.read_text()


def test_a_summary_has_median_and_range_of_each_label_and_leaves_the_rest_alone(
    readme: Path,
) -> None:
    assert ask(readme) == 0
    assert readme.read_text() == f"# Title\n\n{MARKER}{TABLE}<!-- end -->\n\nMore.\n"
    assert ask(readme, "--check") == 0
    before = readme.stat().st_mtime_ns
    assert ask(readme) == 0
    assert readme.stat().st_mtime_ns == before


def test_a_table_that_differs_in_one_digit_is_one_line_and_code_2(
    readme: Path, capsys: Captured
) -> None:
    assert ask(readme) == 0
    capsys.readouterr()
    wrong = readme.read_text().replace("5.01 (", "5.02 (")
    readme.write_text(wrong)
    assert ask(readme, "--check") == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "is not what results/seeds.csv gives" in err
    assert readme.read_text() == wrong


def test_a_table_that_was_never_written_differs(readme: Path) -> None:
    assert ask(readme, "--check") == 2


def with_marker(readme: Path, words: str) -> str:
    readme.write_text(f"<!-- results: {words} -->\n<!-- end -->\n")
    assert ask(readme) == 0
    return readme.read_text()


def test_rows_are_shown_as_they_are(readme: Path) -> None:
    text = with_marker(readme, "results/seeds.csv table=rows label=intact")
    assert "| `label` | `seed` | `theta_l5ib_hz` | `content_outcome` |" in text
    assert "| intact | 2 | 5.2 | none |" in text
    assert "no TRN" not in text


def test_labels_stand_in_the_order_asked_for(readme: Path) -> None:
    text = with_marker(
        readme, 'results/seeds.csv columns=theta_l5ib_hz by=label label="no TRN|intact"'
    )
    assert text.index("no TRN | 1") < text.index("intact | 3")


def test_goals_are_counted_over_the_seeds(readme: Path) -> None:
    words = "results/seeds.csv table=goals experiment=alternation label=intact"
    text = with_marker(readme, words)
    assert "| `theta_l5ib_hz` | 4.5 to 5.5 | 3 of 3 |" in text
    assert "| `content_outcome` |" in text
    assert "2 of 3 |" in text  # no value is not held


def test_goals_of_rates_are_those_of_the_populations(readme: Path) -> None:
    (readme.parent / "results" / "seeds.csv").write_text(
        "label,seed,rate_V1.L4E_hz,rate_V1.L9_hz\nintact,0,1000,1\n"
    )
    words = "results/seeds.csv table=goals experiment=alternation condition=conflict"
    text = with_marker(readme, words)
    assert "`rate_V1.L4E_hz`" in text
    assert "0 of 1" in text
    assert "rate_V1.L9_hz" not in text


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("none.csv", "cannot read the table"),
        ("results/seeds.csv columns=theta_l5bi_hz", "nearest: theta_l5ib_hz"),
        ("results/seeds.csv by=lable", "nearest: label"),
        ("results/seeds.csv label=intcat", "nearest: intact"),
        ("results/seeds.csv table=sumary", "nearest: summary"),
        ("results/seeds.csv colums=x", "nearest: columns"),
        ("results/seeds.csv stat=mean", "median and range"),
        ("results/seeds.csv intact", "cannot read the marker"),
        ("results/seeds.csv table=goals", "needs experiment=NAME"),
        ("results/seeds.csv table=goals experiment=evoked", "has a goal"),
        ("results/seeds.csv table=goals experiment=alternation condition=none", "has a goal"),
        ("results/seeds.csv table=goals experiment=alternation conditoin=none", "nearest: cond"),
    ],
)
def test_a_marker_that_cannot_be_is_one_line(
    readme: Path, capsys: Captured, words: str, says: str
) -> None:
    text = f"<!-- results: {words} -->\n<!-- end -->\n"
    readme.write_text(text)
    assert ask(readme) == 2
    err = capsys.readouterr().err
    assert says in err
    assert err.count("\n") == 1
    assert readme.read_text() == text


def test_a_table_without_an_end_is_an_error(readme: Path, capsys: Captured) -> None:
    readme.write_text(MARKER)
    assert ask(readme) == 2
    assert "ends with a line <!-- end -->" in capsys.readouterr().err
