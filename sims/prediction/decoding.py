"""Which item each cycle predicts, decoded from relay cells by templates of earlier epochs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sims.prediction.epoch import Epoch
from sims.prediction.nearest_template import nearest, templates
from sims.prediction.relay_vectors import moment_ms
from sims.prediction.training import Course

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: Templates come from this many cycles before the tested ones, of at most so many epochs.
TEMPLATE_CYCLES, TEMPLATE_EPOCHS = 200, 6
#: The symbol of a cycle that predicts nothing.
NO_SYMBOL = -1


def earlier_epochs(course: Course) -> list[Epoch]:
    """List the epochs from which the templates of the tests come."""
    return [course.before, *course.training][-TEMPLATE_EPOCHS:]


def templates_of(epochs: Sequence[Epoch], n_symbols: int) -> Floats | None:
    """Give the templates of the last cycles of some epochs.

    Only cycles count in which an item was shown and a burst of V1.L5IB followed it.

    Parameters
    ----------
    epochs : sequence of Epoch
        In the order in which they were run.
    n_symbols : int

    Returns
    -------
    array (symbols, cells) or None
        NaN for a symbol that was not shown; None if no symbol has a template.
    """
    outcome = np.concatenate([e.shown.outcome for e in epochs])[-TEMPLATE_CYCLES:]
    symbol = np.concatenate([e.symbol for e in epochs])[-TEMPLATE_CYCLES:]
    usable = [np.isfinite(e.shown.burst_ms) & ~e.omitted for e in epochs]
    known = templates(outcome, symbol, n_symbols, np.concatenate(usable)[-TEMPLATE_CYCLES:])
    return known if np.isfinite(known).all(axis=1).any() else None


def decode_prediction(
    epochs: Sequence[Epoch], epoch: Epoch, n_symbols: int, counts: Floats | None = None
) -> Ints:
    """Decode the symbol that each cycle of an epoch predicts.

    Parameters
    ----------
    epochs : sequence of Epoch
        Earlier ones, for templates.
    epoch : Epoch
    n_symbols : int
    counts : array (cycles, cells), optional
        The relay cells' spike counts that are read; by default those of the prediction part.

    Returns
    -------
    array (cycles,)
        `NO_SYMBOL` where there are too few spikes, and everywhere if there are no templates.
    """
    known = templates_of(epochs, n_symbols)
    if known is None:
        return np.full(len(epoch.symbol), NO_SYMBOL)
    return nearest(epoch.shown.prediction if counts is None else counts, known)


def prediction_time_course(course: Course, n_symbols: int) -> dict[str, Any]:
    """Follow how the prediction of the test comes up before an item.

    Returns
    -------
    dict
        `time_ms` from the end of the prediction part; `next` and `last`, the shares of the cycles in
        which relay cells are nearest the item that comes, and the one just seen.
    """
    earlier = earlier_epochs(course)
    symbol, previous = course.test.symbol, np.roll(course.test.symbol, 1)
    decoded = [
        decode_prediction(earlier, course.test, n_symbols, counts)
        for counts in course.test.shown.moments.transpose(1, 0, 2)
    ]
    return {
        "time_ms": moment_ms(),
        "next": [mean_or_none((one == symbol)[1:]) for one in decoded],
        "last": [mean_or_none((one == previous)[1:]) for one in decoded],
    }


def learning_curve(course: Course, n_symbols: int) -> dict[str, Floats]:
    """Give for every training cycle whether it predicted the next item, and whether the last one.

    Returns
    -------
    dict of str to array (cycles,)
        `right` and `copied`, 0 or 1.
    """
    earlier = [course.before]
    right, copied = [np.empty(0)], [np.empty(0)]
    for epoch in course.training:
        decoded = decode_prediction(earlier, epoch, n_symbols)
        right.append((decoded == epoch.symbol).astype(float))
        # No symbol is -2: the first cycle copies nothing.
        previous = np.concatenate(([-2], epoch.symbol[:-1]))
        copied.append((decoded == previous).astype(float))
        earlier = [*earlier, epoch][-TEMPLATE_EPOCHS:]
    return {"right": np.concatenate(right), "copied": np.concatenate(copied)}


def cycles_since_omission(omitted: Bools) -> Ints:
    """Count the cycles since an item was left out: 0 for that one, -1 before the first."""
    at = np.arange(len(omitted))
    last = np.maximum.accumulate(np.where(omitted, at, -1))
    return np.where(last >= 0, at - last, -1)


def mean_or_none(values: NDArray[Any]) -> float | None:
    """Give the mean, None of nothing."""
    return float(np.mean(values)) if len(values) else None
