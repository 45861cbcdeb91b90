"""Phase-amplitude coupling on signals whose coupling is known, and on one that has none."""

from __future__ import annotations

import numpy as np
import pytest

from circuits.analysis.phase_amplitude import PHASES, coupling, in_band, modulation_index

TIME_S = np.arange(20_000) / 1000
THETA = 2 * np.pi * 5 * TIME_S


def signal(depth: float, at_deg: float = 0.0, noise: float = 0.5, seed: int = 1):
    """Theta at 5 Hz, and gamma at 50 Hz with amplitude 1 + depth cos(theta phase - at)."""
    gamma = (1 + depth * np.cos(THETA - np.deg2rad(at_deg))) * np.sin(2 * np.pi * 50 * TIME_S)
    return (
        20 + 4 * np.cos(THETA) + gamma + np.random.default_rng(seed).normal(0, noise, TIME_S.size)
    )


@pytest.mark.parametrize("depth", [0.2, 0.5, 0.8])
@pytest.mark.parametrize("at_deg", [0.0, 90.0, -120.0])
def test_a_known_coupling_is_found_with_its_strength_and_phase(depth: float, at_deg: float) -> None:
    found = coupling(signal(0.0), signal(depth, at_deg, noise=0.05))
    assert found is not None
    exact = 1 + depth * np.cos(np.deg2rad(found.phase_deg - at_deg))
    assert found.amplitude == pytest.approx(exact, abs=0.03)
    assert found.index == pytest.approx(modulation_index(exact), rel=0.12)
    assert abs((found.preferred_deg - at_deg + 180) % 360 - 180) < 3
    assert found.p < 0.01
    assert found.surrogate_index.max() < found.index


def test_no_coupling_is_not_found() -> None:
    ps = [coupling(signal(0.0, seed=k), signal(0.0, seed=100 + k)).p for k in range(20)]  # type: ignore[union-attr]
    assert np.count_nonzero(np.array(ps) < 0.05) <= 4
    assert 0.3 < np.mean(ps) < 0.7


def test_the_index_of_known_profiles() -> None:
    assert modulation_index(np.ones(PHASES)) == pytest.approx(0.0)
    alone = np.zeros(PHASES)
    alone[3] = 2.0
    assert modulation_index(alone) == pytest.approx(1.0)
    half = np.r_[np.ones(PHASES // 2), np.zeros(PHASES // 2)]
    assert modulation_index(half) == pytest.approx(np.log(2) / np.log(PHASES))
    assert modulation_index(np.array([alone, np.ones(PHASES)])).shape == (2,)


def test_a_filter_keeps_its_band_in_phase_and_takes_the_rest() -> None:
    theta = in_band(signal(0.0, noise=0.0), (3.0, 8.0))[2000:-2000]
    assert theta == pytest.approx(4 * np.cos(THETA)[2000:-2000], abs=0.1)


def test_the_same_seed_gives_the_same_surrogates() -> None:
    one, other, third = (coupling(signal(0.3), signal(0.3), seed=s) for s in (4, 4, 5))
    assert one is not None
    assert other is not None
    assert third is not None
    assert np.array_equal(one.surrogate_index, other.surrogate_index)
    assert not np.array_equal(one.surrogate_index, third.surrogate_index)


def test_what_is_too_short_or_silent_has_no_coupling() -> None:
    assert coupling(signal(0.5)[:1999], signal(0.5)[:1999]) is None
    assert coupling(np.zeros(4000), signal(0.5)[:4000]) is None
    assert coupling(signal(0.5)[:4000], np.zeros(4000)) is None
