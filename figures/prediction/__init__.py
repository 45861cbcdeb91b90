"""Figures of the prediction experiment."""

from figures import backend as _backend  # noqa: F401
