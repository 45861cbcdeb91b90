"""Lesions: a small language, and the transforms of the spec that it stands for."""

from circuits.lesions.language import Lesion, dosed, parse
from circuits.lesions.transform import (
    Touched,
    at_time,
    edges_of,
    lesion,
    matching_populations,
    matching_projections,
    touched,
)

__all__ = [
    "Lesion",
    "Touched",
    "at_time",
    "dosed",
    "edges_of",
    "lesion",
    "matching_populations",
    "matching_projections",
    "parse",
    "touched",
]
