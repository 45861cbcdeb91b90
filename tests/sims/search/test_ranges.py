"""What a search varies is written as a range, a factor or a choice."""

from __future__ import annotations

import pytest

from circuits.errors import CtloopError, UnknownName
from sims.search.ranges import expanded, read_range


def values(text: str, *places: float) -> list[str]:
    return [read_range(text).value(place) for place in places]


def test_a_range_is_written_with_its_ends_and_unit() -> None:
    assert values("V1.L5IB.b=40..120pA", 0, 0.5, 1) == ["40pA", "80pA", "120pA"]
    assert values("V1.L5IB.background = -200 .. -50 pA", 0, 1) == ["-200pA", "-50pA"]
    assert values("A->B.gain=.5..2", 0, 1) == ["0.5", "2"]


def test_a_logarithmic_range_is_spaced_by_factors() -> None:
    assert values("A->B.gain=1..100 log", 0, 0.5, 1) == ["1", "10", "100"]
    assert values("A->B.D=300..3000ms log", 1 / 3) == ["646.3ms"]


def test_a_factor_keeps_its_star() -> None:
    assert values("A->B.gain=*.5..2 log", 0, 0.5, 1) == ["*0.5", "*1", "*2"]
    assert values("A->B.gain=*.5..*2", 1) == ["*2"]


def test_whole_numbers_stay_whole() -> None:
    assert values("A->B.modelled=2..24 whole log", 0, 0.5, 1) == ["2", "7", "24"]
    assert read_range("A.n=1..4 whole").places() == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert read_range("A.n=1..1000 whole").places() == []


def test_a_choice_gives_each_value_an_equal_part() -> None:
    assert values("learning.rule=a|b|c", 0, 0.34, 0.99, 1) == ["a", "b", "c", "c"]


@pytest.mark.parametrize("text", ["A.b=40..120pA", "A.g=*.5..2 log", "A.n=1..9 whole", "A.r=x|y|z"])
def test_a_value_is_found_again_at_its_place(text: str) -> None:
    one = read_range(text)
    for place in one.places() or (0.0, 0.25, 1.0):
        assert one.place_of(one.value(place)) == pytest.approx(place, abs=1e-3)
    assert one.place_of("other") is None
    assert str(read_range(f"A.x={one}")) == str(one)


@pytest.mark.parametrize(
    "text",
    [
        "V1.L5IB.b",
        "=1..2",
        "A.b=1",
        "A.b=1..",
        "A.b=2..1",
        "A.b=1..1",
        "A.b=a..b",
        "A.b=1..2 pA lin",
        "A.b=0..2 log",
        "A.b=-1..2 log",
        "A.b=1nA..2pA",
        "A.b=1.5..3 whole",
        "A.b=*1..3 whole",
        "A.b=x||y",
        "A.b=x|x",
        "A.b=1..1e999",
    ],
)
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(CtloopError):
        read_range(text)


def test_joined_numbers_take_one_value() -> None:
    assert read_range("A->B.fibres+modelled & C.x=2..8 whole").settings("4") == (
        "A->B.fibres=4", "A->B.modelled=4", "C.x=4",
    )  # fmt: skip


def test_a_star_in_a_name_stands_for_every_owner_that_matches() -> None:
    from thalamus.loop import corticothalamic_loop

    circuit = corticothalamic_loop(0.001)
    one = expanded(read_range("*.L6CT->Pulvinar.TRC.gain & TRN.*.b=*.5..2"), lambda: circuit)
    names = [s.partition("=")[0] for s in one.settings("*2")]
    assert "V2.L6CT -> Pulvinar.TRC.gain" in names
    assert any(name.startswith("TRN") for name in names)
    assert one.label == "*.L6CT->Pulvinar.TRC.gain & TRN.*.b"
    with pytest.raises(UnknownName, match="unknown population"):
        expanded(read_range("*.L7->Pulvinar.TRC.gain=1..2"), lambda: circuit)
