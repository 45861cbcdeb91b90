"""Figures of the in-vitro plasticity experiment."""

from figures import backend as _backend  # noqa: F401
