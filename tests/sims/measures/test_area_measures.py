"""Band power, decoding, relay gain and single-cell changes, on spikes whose answer is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from circuits.records import Edges, Population, Spikes
from circuits.runs.run import Cells, RunData
from circuits.spec import populations
from sims.measures.bands import band_powers
from sims.measures.cells_changed import cells_changed
from sims.measures.decoding import decode_by_templates, decode_pair
from sims.measures.relay_gain import drive, evoked_in_driven, gain
from thalamus.loop import corticothalamic_loop

N = 100


def four_populations() -> dict[str, Population]:
    known = populations(corticothalamic_loop(0.001))
    names = ("V1.L5IB", "V1.L5IT", "LGN.TC", "Retina.GC")
    return {n: replace(known[n], count=N) for n in names}


def fire(rate_hz: np.ndarray, seed: int) -> Spikes:
    """Poisson spikes from rates of shape (ms, cells)."""
    ms, cells = np.nonzero(np.random.default_rng(seed).random(rate_hz.shape) < rate_hz / 1000)
    return Spikes(ms + 0.5, cells.astype(np.int64))


def steady(cells_hz: np.ndarray, seed: int, ms: int = 6000) -> Spikes:
    return fire(np.tile(cells_hz, (ms, 1)), seed)


def test_band_power_is_that_of_the_modulation_and_poisson_firing_has_its_floor() -> None:
    t = np.arange(20_000)[:, None] / 1000
    swing = fire(20 + 10 * np.cos(2 * np.pi * 5 * t) + np.zeros((1, N)), 0)
    flat = fire(np.full((20_000, N), 20.0), 1)
    found = band_powers(
        {"V1.L5IB": swing, "V1.L5IT": swing, "LGN.TC": flat}, four_populations(), 0.0, 20_000.0
    )
    assert found["power_theta_V1.L5_db"] == pytest.approx(10 * np.log10(10**2 / 2), abs=0.5)
    floor = 10 * np.log10(2 * 20 * 50 / N)
    assert found["power_gamma_LGN_db"] == pytest.approx(floor, abs=0.7)
    assert not any("Retina" in key for key in found)


def test_what_is_too_short_or_silent_has_no_band_power_and_says_why() -> None:
    none = Spikes(np.empty(0), np.empty(0, dtype=np.int64))
    short = band_powers({"LGN.TC": none}, four_populations(), 0.0, 500.0)
    silent = band_powers({"LGN.TC": none}, four_populations(), 0.0, 5000.0)
    assert "shorter" in str(short["power_theta_LGN_db_reason"])
    assert silent["power_theta_LGN_db_reason"] == "LGN is silent"


def test_an_area_that_answers_two_stimuli_differently_tells_them_apart_and_another_does_not() -> (
    None
):
    left, flat = np.where(np.arange(N) < 50, 20.0, 5.0), np.full(N, 12.0)
    one = {"LGN.TC": steady(left, 0), "V1.L5IB": steady(flat, 1), "V1.L5IT": steady(flat, 2)}
    other = {
        "LGN.TC": steady(left[::-1], 3),
        "V1.L5IB": steady(flat, 4),
        "V1.L5IT": steady(flat, 5),
    }
    found = decode_pair(one, other, four_populations(), 1000.0, 6000.0)
    assert found["decode_LGN"] == 1.0
    assert found["decode_V1"] == pytest.approx(0.5, abs=0.25)


def test_a_run_shows_the_template_it_is_like() -> None:
    left, flat = np.where(np.arange(N) < 50, 20.0, 5.0), np.full(N, 12.0)
    trains = [
        {"LGN.TC": steady(hz, s), "V1.L5IB": steady(flat, s + 10), "V1.L5IT": steady(flat, s + 20)}
        for s, hz in enumerate((left, left[::-1], left[::-1]))
    ]
    like = decode_by_templates(
        trains[2], (trains[1], trains[0]), four_populations(), 1000.0, 3000.0, 6000.0
    )
    unlike = decode_by_templates(
        trains[2], (trains[0], trains[1]), four_populations(), 1000.0, 3000.0, 6000.0
    )
    assert (like["decode_LGN"], unlike["decode_LGN"]) == (1.0, 0.0)


def test_gain_is_relay_spikes_for_a_driver_spike() -> None:
    evoked = np.array([10.0, -10.0, 20.0, 0.0])
    edges = Edges(
        pre=np.array([0, 1, 2, 3]), post=np.array([0, 1, 2, 2]),
        weight_ns={"AMPA": np.array([1.0, 1.0, 3.0, 1.0])}, delay_ms=np.ones(4),
    )  # fmt: skip
    driven = drive(evoked, edges, 3)
    assert driven is not None
    assert driven == pytest.approx([10, -10, 15])
    assert gain(driven, 0.4 * driven + 3, "lgn")["gain_lgn"] == pytest.approx(0.4)
    assert (
        evoked_in_driven(driven, np.array([1.0, 2.0, 9.0]), "LGN.TC")["evoked_driven_LGN.TC_hz"]
        == 9.0
    )
    cut = replace(edges, weight_ns={"AMPA": np.zeros(4)})
    assert drive(evoked, cut, 3) is None
    assert gain(None, evoked, "lgn")["gain_lgn_reason"] == "no driver synapse is left"


def test_cells_that_fire_more_and_less_are_counted_and_chance_gives_a_fortieth_each() -> None:
    flat = np.full(N, 20.0)
    moved = np.concatenate([np.full(20, 60.0), np.full(30, 2.0), np.full(50, 20.0)])

    def run(hz: np.ndarray, seed: int) -> RunData:
        return RunData(
            meta={"duration_ms": 6000.0, "experiment": {"discard_ms": 1000.0}},
            populations={"LGN.TC": Cells(count=N, area="LGN")},
            spikes={"LGN.TC": steady(hz, seed)},
        )

    found = cells_changed(run(flat, 0), run(moved, 1), "LGN.TC")
    assert found["cells_up_LGN.TC"] == pytest.approx(0.2, abs=0.05)
    assert found["cells_down_LGN.TC"] == pytest.approx(0.3, abs=0.05)
    same = cells_changed(run(flat, 0), run(flat, 2), "LGN.TC")
    assert max(same.values()) < 0.08
    assert set(cells_changed(run(flat, 0), run(flat, 0), "LGN.TC").values()) == {0.0}
