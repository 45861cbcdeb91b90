"""The connectivity spec: a graph of sourced records, and the verbs that read and change it."""

from circuits.spec.circuit import (
    WINDOWED_LESIONS,
    Circuit,
    added,
    assemble,
    check,
    find_projection,
    populations,
    projections,
    roles_of,
    scale_of,
    with_learning,
    with_population,
    with_projection,
)
from circuits.spec.files import fingerprint, from_dict, load, same, save, to_dict
from circuits.spec.limits import RECEPTORS
from circuits.spec.parameters import set_parameter, unit_of

__all__ = [
    "RECEPTORS",
    "WINDOWED_LESIONS",
    "Circuit",
    "added",
    "assemble",
    "check",
    "find_projection",
    "fingerprint",
    "from_dict",
    "load",
    "populations",
    "projections",
    "roles_of",
    "same",
    "save",
    "scale_of",
    "set_parameter",
    "to_dict",
    "unit_of",
    "with_learning",
    "with_population",
    "with_projection",
]
