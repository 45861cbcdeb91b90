"""What a user types after --stimulus."""

from __future__ import annotations

import pytest

from circuits.errors import CtloopError, UnknownName
from sims.stimuli.parse import parse


@pytest.mark.parametrize(
    ("text", "kind", "frames"),
    [
        ("grating:45", "grating", 1),
        ("Grating:45deg", "grating", 1),
        ("drifting:45@3Hz", "drifting", 24),
        ("drifting:-30", "drifting", 24),
        ("bar:90", "bar", 48),
        ("bar:90@3.1Hz", "bar", 48),
        ("blank", "blank", 1),
    ],
)
def test_the_command_line_names_a_stimulus(text: str, kind: str, frames: int) -> None:
    movie = parse(text, 0.5)
    assert movie.description["stimulus"] == kind
    assert len(movie.frames) == frames


def test_the_command_line_passes_numbers_on() -> None:
    about = parse("drifting:30@3Hz", 0.25).description
    assert (about["orientation_deg"], about["tf_hz"], about["contrast"]) == (30.0, 3.0, 0.25)
    about = parse("sequence:0,45,90@0.4s", 0.25).description
    assert (about["orientations_deg"], about["item_ms"]) == ([0.0, 45.0, 90.0], 400.0)


def test_an_unknown_word_lists_the_nearest() -> None:
    with pytest.raises(UnknownName, match="grating"):
        parse("gratting:45")


@pytest.mark.parametrize(
    "text",
    [
        "grating",
        "grating:",
        "grating:up",
        "grating:45Hz",
        "grating:nan",
        "drifting:45@0Hz",
        "drifting:45@fast",
        "bar:90@-1Hz",
        "sequence:",
        "sequence:0,,90",
        "sequence:0,90@1ms",
        "blank:3",
        "nowhere.png",
        "no/such/file",
        "x" * 5000,
        "",
    ],
)
def test_a_stimulus_that_cannot_be_read_is_one_clear_line(text: str) -> None:
    with pytest.raises(CtloopError) as caught:
        parse(text)
    assert len(str(caught.value).splitlines()) == 1
