"""The named controls of the prediction experiment."""

from __future__ import annotations

from circuits.errors import UnknownName
from thalamus.predictive import CONTROLS, Control


def control_of(name: str | None) -> Control:
    """Give a control by its name; None changes nothing.

    Raises
    ------
    UnknownName
        With the nearest ones.
    """
    if name is None:
        return Control()
    if name not in CONTROLS:
        raise UnknownName("control", name, CONTROLS)
    return CONTROLS[name]
