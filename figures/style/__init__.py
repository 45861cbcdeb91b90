"""What all figures share: the page, the colours, the order of populations."""

from figures import backend as _backend  # noqa: F401
