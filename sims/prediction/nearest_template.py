"""Read a relay vector as an item: the nearest of the items' mean outcome vectors.

A template is the mean outcome vector of an item over other cycles. Nearest is by cosine, after each
vector has lost its mean and the templates their common part.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: Fewer relay spikes than this are no prediction.
FEWEST = 3


def templates(outcome: Floats, symbol: Ints, n_symbols: int, usable: Bools) -> Floats:
    """Give the mean outcome vector of each symbol.

    Parameters
    ----------
    outcome : array (cycles, cells)
    symbol : array (cycles,)
        Of the item of each cycle.
    n_symbols : int
    usable : array (cycles,) of bool
        Which cycles count.

    Returns
    -------
    array (symbols, cells)
        NaN for a symbol that no usable cycle showed.
    """
    out = np.full((n_symbols, outcome.shape[1]), np.nan)
    for s in range(n_symbols):
        mine = usable & (symbol == s)
        if mine.any():
            out[s] = outcome[mine].mean(axis=0)
    return out


def nearest(shown: Floats, known: Floats) -> Ints:
    """Give the symbol whose template each vector is nearest to.

    By cosine, after each vector has lost its mean and all the mean of the templates.

    Parameters
    ----------
    shown : array (cycles, cells)
        Spike counts.
    known : array (symbols, cells)
        From `templates`; at least one of them without NaN.

    Returns
    -------
    array (cycles,)
        -1 where there are fewer than `FEWEST` spikes, or as many of every cell.
    """
    usable: Bools = np.asarray(np.isfinite(known).all(axis=1))
    common = known[usable].mean(axis=0)
    # Vectors of different length (spikes) lose a common part of their own size.
    size: Floats = np.asarray(shown.sum(axis=1))[:, None]
    rest = shown - common * size / max(common.sum(), 1e-12)
    own = known - common * known.sum(axis=1, keepdims=True) / max(common.sum(), 1e-12)
    similar: Floats = np.dot(_unit(rest), _unit(np.where(usable[:, None], own, 0.0)).T)
    similar[:, ~usable] = -np.inf
    found: Ints = np.argmax(similar, axis=1).astype(np.int64)
    found[size.ravel() < FEWEST] = -1
    found[np.abs(rest).sum(axis=1) < 1e-12] = -1
    return found


def _unit(rows: Floats) -> Floats:
    centred = rows - rows.mean(axis=1, keepdims=True)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    unit: Floats = np.divide(centred, length, out=np.zeros_like(centred), where=length > 1e-12)
    return unit


def correlation(one: Floats, other: Floats) -> float | None:
    """Give the mean correlation of vectors row by row; None where every row is silent."""
    product = (_unit(one) * _unit(other)).sum(axis=1)
    active = (np.ptp(one, axis=1) > 0) & (np.ptp(other, axis=1) > 0)
    return float(product[active].mean()) if active.any() else None
