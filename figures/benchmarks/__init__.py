"""Figures of the benchmarks."""

from figures import backend as _backend  # noqa: F401
