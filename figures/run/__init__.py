"""Figures of one run."""

from figures import backend as _backend  # noqa: F401
