"""Figures that compare lesioned with intact runs."""

from figures import backend as _backend  # noqa: F401
