"""A picture that cannot be drawn costs no results."""

from pathlib import Path

from sims.report.pictures import why_not_drawn


def test_a_failed_drawing_is_named_and_leaves_no_pictures(tmp_path: Path) -> None:
    figures = tmp_path / "figures"

    def fails() -> None:
        figures.mkdir()
        (figures / "half.png").write_bytes(b"")
        raise ValueError("no room for a legend")

    assert why_not_drawn(fails, figures) == "ValueError: no room for a legend"
    assert not figures.exists()


def test_a_drawing_that_succeeds_has_no_reason(tmp_path: Path) -> None:
    assert why_not_drawn(lambda: None, tmp_path / "figures") == ""
