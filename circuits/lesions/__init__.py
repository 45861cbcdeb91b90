"""Lesions: a small language, and the transforms of the spec that it stands for."""

from circuits.lesions.language import Lesion, dosed, parse
from circuits.lesions.transform import (
    Touched,
    at_time,
    lesion,
    matching_populations,
    matching_projections,
    touched,
    window_times,
)

__all__ = [
    "Lesion",
    "Touched",
    "at_time",
    "dosed",
    "lesion",
    "matching_populations",
    "matching_projections",
    "parse",
    "touched",
    "window_times",
]
