"""Epochs and courses that are made up, so that what is measured of them is known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from circuits.runs.run import Cycles
from sims.prediction.epoch import Epoch
from sims.prediction.relay_vectors import Vectors, moment_ms
from sims.prediction.training import Course

SYMBOLS = 8


def made_up_epoch(predicts: int, *, n: int = 40, bursts: bool = True, omit: bool = False) -> Epoch:
    """Give an epoch whose relay cells, one an item, show the item shifted by `predicts` before each outcome."""
    symbol = np.arange(n) % SYMBOLS
    onset = np.arange(n + 1) * 200.0
    outcome = 10.0 * np.eye(SYMBOLS)[symbol]
    prediction = 5.0 * np.eye(SYMBOLS)[(symbol + predicts) % SYMBOLS]
    burst = np.where(bursts, onset[:-1] + 60.0, np.nan)
    window = np.stack((onset[:-1], onset[:-1] + 75.0), axis=1)
    return Epoch(
        symbol=symbol,
        legal=np.eye(SYMBOLS, dtype=bool)[symbol],
        omitted=(np.arange(n) % 10 == 5) & omit,
        onset_ms=onset,
        shown=Vectors(
            prediction, outcome, window, window, burst,
            np.repeat(prediction[:, None], len(moment_ms()), axis=1),
        ),
        latency_ms=30.0,
        bursts=Cycles(burst[np.isfinite(burst)], burst[np.isfinite(burst)] + 30.0),
        rates_hz={"V1.L4E": 5.0},
        fold_hz={},
    )  # fmt: skip


def made_up_course(predicts: int, *, bursts: bool = True) -> Course:
    """Give a seed that shows the same shift before, while and after it was trained."""
    one = made_up_epoch(predicts, bursts=bursts)
    return Course(3, one, [one], made_up_epoch(predicts, bursts=bursts, omit=True), one)


@pytest.fixture
def make_epoch() -> Callable[..., Epoch]:
    return made_up_epoch


@pytest.fixture
def make_course() -> Callable[..., Course]:
    return made_up_course
