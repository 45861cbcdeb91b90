"""The seam where units come in: "80pA" outside, a plain float in the documented unit inside."""

from __future__ import annotations

import math
import re

from circuits.errors import CtloopError

#: Factor to the SI unit and the dimension, for every unit a parameter of the spec can have.
UNITS: dict[str, tuple[float, str]] = {
    "s": (1.0, "time"),
    "ms": (1e-3, "time"),
    "us": (1e-6, "time"),
    "Hz": (1.0, "rate"),
    "kHz": (1e3, "rate"),
    "V": (1.0, "voltage"),
    "mV": (1e-3, "voltage"),
    "A": (1.0, "current"),
    "nA": (1e-9, "current"),
    "pA": (1e-12, "current"),
    "S": (1.0, "conductance"),
    "uS": (1e-6, "conductance"),
    "nS": (1e-9, "conductance"),
    "pS": (1e-12, "conductance"),
    "F": (1.0, "capacitance"),
    "nF": (1e-9, "capacitance"),
    "pF": (1e-12, "capacitance"),
    "m": (1.0, "length"),
    "mm": (1e-3, "length"),
    "um": (1e-6, "length"),
    "deg": (1.0, "angle"),
    "": (1.0, "number"),
    "%": (0.01, "number"),
}

_QUANTITY = re.compile(r"^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*([A-Za-z%]*)\s*$")


def parse(text: str, unit: str) -> float:
    """Read a quantity a user typed, in the unit the parameter is kept in.

    Parameters
    ----------
    text : str
        A number, with or without a unit: "80pA", "0.2 s", ".5". Without one the parameter's own
        unit is taken.
    unit : str
        The unit the parameter is kept in, a key of `UNITS` ("" for a pure number).

    Returns
    -------
    float
        The value in `unit`.

    Raises
    ------
    CtloopError
        If the text is no number, the unit is unknown, or it measures something else.
    """
    match = _QUANTITY.match(text)
    if match is None:
        msg = f"{text!r} is not a number with a unit; write for example 80{unit}"
        raise CtloopError(msg)
    value, given = float(match[1]), match[2]
    if not math.isfinite(value):
        msg = f"{text!r} is not finite"
        raise CtloopError(msg)
    if not given or given == unit:
        return value
    if given not in UNITS:
        msg = f"unknown unit {given!r} in {text!r}; this is measured in {unit or 'plain numbers'}"
        raise CtloopError(msg)
    (scale, dimension), (own, expected) = UNITS[given], UNITS[unit]
    if dimension != expected:
        msg = f"{text!r} is a {dimension}; a {expected} ({unit or 'plain number'}) is wanted"
        raise CtloopError(msg)
    value *= scale / own
    if not math.isfinite(value):
        msg = f"{text!r} is too large in {unit or 'plain numbers'}"
        raise CtloopError(msg)
    return value
