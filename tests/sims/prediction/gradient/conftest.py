"""A made-up recording: receivers of one group predict, those of another answer, senders tell which item it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from circuits.learning.record import Learning
from circuits.records import Edges
from sims.prediction.gradient.recording import EXCITES, INHIBITS, Recording

SENDERS, RECEIVERS, CYCLES, ITEMS = 16, 12, 40, 4
#: Where a cycle's windows lie, ms from its start.
WINDOWS = np.array([20.0, 95.0, 150.0, 182.0])
CYCLE_MS = 200.0


def poisson(
    rng: np.random.Generator, hz: np.ndarray, start: float, stop: float
) -> list[np.ndarray]:
    many = rng.poisson(hz * (stop - start) * 1e-3)
    return [np.sort(rng.uniform(start, stop, n)) for n in many]


def padded(parts: list[list[np.ndarray]]) -> np.ndarray:
    trains = [np.sort(np.concatenate(cell)) for cell in zip(*parts, strict=True)]
    out = np.full((len(trains), max(t.size for t in trains)), np.inf)
    for row, train in zip(out, trains, strict=True):
        row[: train.size] = train
    return out


def made_up_recording(seed: int = 0, *, learning: Learning | None = None) -> Recording:
    rng = np.random.default_rng(seed)
    came, foreseen, sent = rng.integers(0, ITEMS, (3, CYCLES))
    receiver_item, sender_item = np.arange(RECEIVERS) % ITEMS, np.arange(SENDERS) % ITEMS
    receivers, senders = [], []
    for k in range(CYCLES):
        at = k * CYCLE_MS
        senders.append(poisson(rng, np.where(sender_item == sent[k], 40.0, 5.0), at, at + CYCLE_MS))
        predicted = np.where(receiver_item == foreseen[k], 50.0, 4.0)
        answered = np.where(receiver_item == came[k], 120.0, 4.0)
        receivers.append(poisson(rng, predicted, at + WINDOWS[0], at + WINDOWS[2]))
        receivers.append(poisson(rng, answered, at + WINDOWS[2], at + WINDOWS[3]))
    pre, post = (a.ravel() for a in np.meshgrid(np.arange(SENDERS), np.arange(RECEIVERS)))
    windows = np.arange(CYCLES)[:, None] * CYCLE_MS + WINDOWS
    return Recording(
        learning=learning or Learning(pre_ms=100.0, fast_scale=0.95, homeostasis="zero-sum"),
        edges=Edges(pre=pre, post=post, weight_ns={}, delay_ms=np.full(pre.size, 2.0)),
        weight=np.full(pre.size, 0.5),
        sender=padded(senders),
        receiver=padded(receivers),
        all_reads_ms=windows[:, 3],
        read=np.arange(CYCLES),
        windows_ms=windows,
        symbol=came,
        duration_ms=CYCLES * CYCLE_MS,
    )


@pytest.fixture
def make_recording() -> Callable[..., Recording]:
    return made_up_recording


def driven_recording(seed: int = 0) -> Recording:
    """Give a recording with synapses of unequal weights, and with drives."""
    one, rng = made_up_recording(seed), np.random.default_rng(4)
    n, shape = one.edges.pre.size, (len(one.read), len(one.receiver))
    edges = Edges(
        one.edges.pre, one.edges.post, {"AMPA": rng.uniform(0.5, 1.5, n), "NMDA": np.ones(n)},
        one.edges.delay_ms,
    )  # fmt: skip
    drives = {EXCITES: rng.uniform(0, 60, shape), INHIBITS: rng.uniform(0, 100, shape)}
    return replace(one, edges=edges, drives=drives, weight=rng.uniform(0.3, 0.7, n))


@pytest.fixture
def make_driven() -> Callable[..., Recording]:
    return driven_recording
