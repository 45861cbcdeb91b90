"""Units come in at one seam: "80pA" outside, a float in the documented unit inside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circuits.errors import CtloopError
from circuits.records import UNIT_OF_SUFFIX
from circuits.units import UNITS, parse

NUMBERS = st.floats(-1e6, 1e6, allow_subnormal=False)
KEPT = st.sampled_from(sorted(UNIT_OF_SUFFIX.values()))


@given(NUMBERS, KEPT)
def test_a_number_without_a_unit_is_in_the_parameters_own(value: float, unit: str) -> None:
    assert parse(repr(value), unit) == value
    assert parse(f" {value!r} {unit} ", unit) == value


@given(NUMBERS, KEPT, st.sampled_from(sorted(UNITS)))
def test_a_unit_converts_within_its_dimension_and_is_refused_outside(
    value: float, own_unit: str, given_unit: str
) -> None:
    text = f"{value!r}{given_unit}"
    (scale, dimension), (own, expected) = UNITS[given_unit], UNITS[own_unit]
    if given_unit and dimension != expected:
        with pytest.raises(CtloopError, match=f"a {expected} "):
            parse(text, own_unit)
    elif given_unit:
        assert parse(text, own_unit) == pytest.approx(value * scale / own)


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [("0.2 s", "ms", 200.0), (".08nA", "pA", 80.0), ("-60mV", "mV", -60.0), ("50%", "", 0.5),
     ("1e-1kHz", "Hz", 100.0), ("2mm", "um", 2000.0), ("+5.", "", 5.0)],
)  # fmt: skip
def test_quantities_as_a_user_types_them(text: str, unit: str, value: float) -> None:
    assert parse(text, unit) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    "text", ["", "pA", "eighty", "1,5", "80 p A", "--3", "nan", "inf", "1e999"]
)
def test_what_is_no_finite_number_is_refused_with_the_text(text: str) -> None:
    with pytest.raises(CtloopError, match=r"number|finite|unit"):
        parse(text, "pA")


def test_an_unknown_unit_is_refused_with_the_unit_that_is_wanted() -> None:
    with pytest.raises(CtloopError, match=r"'furlong'.*measured in ms"):
        parse("3furlong", "ms")


def test_every_unit_a_field_name_can_end_in_is_known() -> None:
    assert set(UNIT_OF_SUFFIX.values()) <= set(UNITS)
