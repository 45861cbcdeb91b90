"""Values made plain for JSON: NumPy arrays and numbers, paths and records become what JSON has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np


def plain(value: Any, *, keep_nan: bool = False) -> Any:
    """Make a value that JSON can hold, whatever it is nested in.

    Parameters
    ----------
    value : Any
        Mappings, lists, tuples, dataclasses, NumPy arrays and numbers, paths, and what JSON has.
    keep_nan : bool
        Leave NaN and infinities as they are, for a writer that refuses them. They become null
        otherwise.

    Returns
    -------
    Any
        Dicts, lists, strings, numbers, booleans and None.

    Raises
    ------
    TypeError
        For anything else.
    """
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist(), keep_nan=keep_nan)
    if isinstance(value, Mapping):
        return {k: plain(v, keep_nan=keep_nan) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v, keep_nan=keep_nan) for v in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name), keep_nan=keep_nan) for f in fields(value)}
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, float) and not np.isfinite(value):
        return value if keep_nan else None
    if value is None or isinstance(value, str | int | float):
        return value
    msg = f"a {type(value).__name__} has no place in JSON"
    raise TypeError(msg)
