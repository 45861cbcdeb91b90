"""Relay cells that predict, copy, guess or keep silent, read by the nearest template."""

from __future__ import annotations

import numpy as np

from circuits.records import Spikes
from circuits.runs.run import Cycles
from sims.prediction.nearest_template import correlation, nearest, templates
from sims.prediction.relay_vectors import moment_ms, vectors

CELLS, SYMBOLS, N = 80, 8, 160
ONSETS = np.concatenate(([0.0], np.cumsum(np.tile([190.0, 210.0], N // 2))))
BURSTS = Cycles(ONSETS[:-1] + 70, ONSETS[:-1] + 120)
SHOWN = np.arange(N) % SYMBOLS


def _relay(items: np.ndarray, seed: int = 0, rate: float = 3.0) -> Spikes:
    """Relay cells that show `items[k]` before item k is answered and the item itself in the burst."""
    rng = np.random.default_rng(seed)
    prefer = np.arange(CELLS) * SYMBOLS // CELLS
    times, cells = [], []
    for k in range(N):
        begin = BURSTS.burst_off_ms[k - 1] if k else -60.0
        for symbol, start, stop in ((items[k], begin, ONSETS[k] + 30), (SHOWN[k], *_burst(k))):
            mean = np.where(prefer == symbol, rate, 0.2) if symbol >= 0 else np.zeros(CELLS)
            n = rng.poisson(mean)
            times.append(rng.uniform(start, stop, n.sum()))
            cells.append(np.repeat(np.arange(CELLS), n))
    return Spikes(np.concatenate(times), np.concatenate(cells))


def _burst(k: int) -> tuple[float, float]:
    return BURSTS.burst_on_ms[k], BURSTS.burst_off_ms[k]


def _decode(items: np.ndarray, test: slice = slice(80, None)) -> tuple[np.ndarray, np.ndarray]:
    found = vectors(_relay(items), CELLS, ONSETS, BURSTS, 35.0)
    known = templates(found.outcome, SHOWN, SYMBOLS, np.arange(N) < 80)
    return nearest(found.prediction[test], known), SHOWN[test]


def test_a_perfect_predictor_is_right() -> None:
    decoded, came = _decode(SHOWN)
    assert np.mean(decoded == came) == 1


def test_a_copier_shows_the_item_just_seen() -> None:
    decoded, came = _decode(np.roll(SHOWN, 1))
    assert np.mean(decoded == came) == 0
    assert np.mean(decoded == np.roll(came, 1)) == 1


def test_a_silent_one_predicts_nothing() -> None:
    decoded, _ = _decode(np.full(N, -1))
    assert (decoded == -1).all()


def test_chance_is_an_eighth() -> None:
    decoded, came = _decode(np.random.default_rng(3).integers(0, SYMBOLS, N))
    # 80 guesses at 1/8: 3 standard errors of .037.
    assert abs(np.mean(decoded == came) - 0.125) < 0.111


def test_correlations_distinguish_a_prediction_from_a_copy() -> None:
    for items, predicts in ((SHOWN, True), (np.roll(SHOWN, 1), False)):
        found = vectors(_relay(items), CELLS, ONSETS, BURSTS, 35.0)
        with_own = correlation(found.prediction, found.outcome)
        with_last = correlation(found.prediction[1:], found.outcome[:-1])
        assert with_own is not None
        assert with_last is not None
        assert (with_own > 0.5) is predicts
        assert (with_last > 0.5) is not predicts
    assert correlation(np.zeros((3, 4)), np.ones((3, 4))) is None


def test_what_all_templates_share_is_taken_away() -> None:
    known = np.eye(4) + np.array([50.0, 0, 0, 0])  # one cell that always fires
    shown = 10 * known
    assert list(nearest(shown, known)) == [0, 1, 2, 3]


def test_moments_show_when_a_prediction_comes_up() -> None:
    """Relay cells show the last item until 60 ms before the end of the prediction part, then the next."""
    end = ONSETS[:-1] + 35.0
    prefer = np.arange(CELLS) * SYMBOLS // CELLS
    times, cells = [], []
    for k in range(1, N):
        for symbol, start, stop in (
            (SHOWN[k - 1], end[k] - 130, end[k] - 60),
            (SHOWN[k], end[k] - 60, end[k]),
            (SHOWN[k], *_burst(k)),
        ):
            mine = np.flatnonzero(prefer == symbol)
            at = np.arange(start + 2.5, stop, 5.0)
            times.append(np.repeat(at, len(mine)))
            cells.append(np.tile(mine, len(at)))
    relay = Spikes(np.concatenate(times), np.concatenate(cells))
    found = vectors(relay, CELLS, ONSETS, BURSTS, 35.0)
    known = templates(found.outcome, SHOWN, SYMBOLS, np.ones(N, bool))
    for at_ms, moment in zip(moment_ms(), found.moments.transpose(1, 0, 2), strict=True):
        decoded = nearest(moment[2:], known)
        if -112 < at_ms < -75:
            assert (decoded == SHOWN[1:-1]).all()
        elif -50 < at_ms < 0:
            assert (decoded == SHOWN[2:]).all()
    # Of the whole half cycle, 40 ms still show the last item and 60 ms the next.
    assert (nearest(found.half_cycle[2:], known) == SHOWN[2:]).all()
    assert found.half_cycle.sum() > found.prediction.sum()
