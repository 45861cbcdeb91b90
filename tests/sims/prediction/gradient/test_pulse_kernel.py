"""What pulses do: read from two recordings that differ by known spikes, and laid out as a table."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from figures.prediction.pulses import draw_folder
from sims.prediction.gradient import pulse_kernel
from sims.prediction.gradient.pulse_kernel import (
    BEFORE_MS,
    Pulsed,
    effect_of,
    table_of,
    with_spikes,
)
from sims.prediction.gradient.recording import Recording

Make = Callable[..., Recording]
CYCLES = np.arange(1, 38, 2)


def pulses_into(one: Recording, ahead: float) -> tuple[np.ndarray, list[np.ndarray]]:
    chosen = np.arange(len(one.receiver)) < 4
    return one.windows_ms[CYCLES, 3] - ahead, [chosen] * CYCLES.size


def test_spikes_that_were_caused_have_the_effect_of_spikes_that_are_put_in(
    make_recording: Make,
) -> None:
    one = make_recording()
    at, chosen = pulses_into(one, 100.0)
    after = replace(one, receiver=with_spikes(one.receiver, chosen, at))
    some = np.arange(one.weight.size)
    caused, effect, put_in, later = effect_of((one, after), some, CYCLES, at, chosen)
    assert caused == pytest.approx(1.0)
    assert abs(later) < 0.2 * abs(effect)
    assert effect == pytest.approx(put_in)
    assert effect < 0
    late, chosen = pulses_into(one, 10.0)
    after = replace(one, receiver=with_spikes(one.receiver, chosen, late))
    assert effect_of((one, after), some, CYCLES, late, chosen)[1] > 0


def test_where_a_pulse_causes_hardly_a_spike_there_is_no_effect_to_read(
    make_recording: Make,
) -> None:
    one = make_recording()
    at, chosen = pulses_into(one, 100.0)
    caused, effect, put_in, _ = effect_of((one, one), np.arange(9), CYCLES, at, chosen)
    assert caused == 0.0
    assert math.isnan(effect)
    assert put_in < 0


def test_the_part_of_a_pulse_is_that_in_which_most_lie(make_recording: Make) -> None:
    one = make_recording()
    parts = [pulse_kernel.part_of(one, CYCLES, ahead) for ahead in (10.0, 60.0, 120.0, 180.0)]
    assert parts == ["outcome", "between", "prediction", "earlier"]


def test_effects_are_shares_of_that_in_the_outcome_and_are_drawn(tmp_path: Path) -> None:
    n = len(BEFORE_MS)
    effect = np.full(n, -0.2)
    effect[0] = math.nan
    parts = ("outcome", *["prediction"] * (n - 1))
    one = Pulsed(
        np.full(n, 0.7),
        effect,
        np.full(n, 0.4),
        np.zeros(n),
        parts,
        np.array([140.0, 70.0, 31.0, 0.0]),
    )
    table = table_of([one, one])
    assert table.metrics["pulse_effect_110ms"] == pytest.approx(-0.5)
    assert table.metrics["pulse_effect_110ms_n"] == 2
    assert all(len(row) == len(table.heads) for row in table.rows)
    assert table.results["parts_ms"] == pytest.approx([140.0, 70.0, 31.0, 0.0])
    table.write_folder(tmp_path / "out")
    assert [one.name for one in draw_folder(tmp_path / "out")] == ["pulses.png"]
