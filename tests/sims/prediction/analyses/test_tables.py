"""The tables of the measurements, on simulations that are made up."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from circuits.lesions import lesion
from circuits.records import Spikes
from circuits.spec import Circuit, fingerprint
from sims.prediction.analyses import (
    item_detection,
    layer6_decoding,
    linear_readout,
)
from sims.prediction.analyses.declaration import (
    ITEM_DETECTION,
    LAYER6_DECODING,
    LINEAR_READOUT,
    ItemDetectionRequest,
    Layer6Request,
    LinearReadoutRequest,
)
from sims.report.progress import SilentProgress
from sims.report.result_table import ResultTable
from sims.stimuli.sequences import draw, named
from thalamus.memory import RECALL

SMALL: dict[str, Any] = {"scale": 0.003, "engine": "numpy", "cycles": 40}


def _whole(table: ResultTable) -> ResultTable:
    assert all(len(row) == len(table.heads) for row in table.rows)
    assert table.title in table.text()
    return table


def test_layer_6_has_a_row_a_seed_and_the_means_with_the_memory_and_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def decoded(circuit: Circuit, seed: int, *_: Any) -> tuple[float, float, float]:
        shown.append(fingerprint(circuit))
        return (1.0, seed / 10, 0.9) if shown[-1] == intact else (1.0, 0.0, 0.5)

    request, shown = Layer6Request(seed=2, **SMALL), list[str]()
    intact = fingerprint(request.circuits()[1])

    monkeypatch.setattr(layer6_decoding, "decode_pairs", decoded)
    found = _whole(LAYER6_DECODING.measure(request, SilentProgress()))
    assert [row[:2] for row in found.rows] == [
        ("memory", "2"), ("memory", "3"), ("memory", "mean"),
        ("memory cut", "2"), ("memory cut", "3"), ("memory cut", "mean"),
    ]  # fmt: skip
    assert found.rows[2][2:] == pytest.approx((1.0, 0.25, 0.9))
    assert found.rows[5][2:] == pytest.approx((1.0, 0.0, 0.5))
    cut = fingerprint(lesion(request.circuits()[1], RECALL))
    assert shown == [intact, intact, cut, cut]


def test_the_linear_reader_is_tested_on_cycles_it_did_not_learn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shuffled = draw(named("loop"), 80, np.random.default_rng(0))

    def recorded(
        circuit: Circuit, grammar: Any, seed: int, cycles: int, *_: Any
    ) -> tuple[Any, Any]:
        assert cycles == 80
        last = np.roll(shuffled.symbol, 1)[:, None] == np.arange(8)
        return last.astype(float), SimpleNamespace(symbol=shuffled.symbol, legal=shuffled.legal)

    monkeypatch.setattr(linear_readout, "record_layer6", recorded)
    request = LinearReadoutRequest(test_cycles=40, sequence="loop", seeds=1, **SMALL)
    found = _whole(LINEAR_READOUT.measure(request, SilentProgress()))
    assert found.rows == ((40, 40, 1.0, 1.0),)


def test_detection_has_a_row_a_population_and_misses_of_v2s_bursters_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def simulated(
        circuit: Circuit, task: Any, n: int, *_: Any, **how: Any
    ) -> tuple[Any, Any, None]:
        assert not how["learns"]
        epoch = SimpleNamespace(symbol=np.arange(n) % 8, onset_ms=np.arange(n + 1) * 200.0)
        # Every cell fires once in every item.
        times = np.arange(n) * 200.0 + 60.0
        one = Spikes(np.tile(times, 4), np.repeat(np.arange(4), n))
        return epoch, SimpleNamespace(spikes=dict.fromkeys(item_detection.STAGES, one)), None

    monkeypatch.setattr(item_detection, "run_epoch", simulated)
    found = _whole(ITEM_DETECTION.measure(ItemDetectionRequest(**SMALL), SilentProgress()))
    assert [row[1] for row in found.rows] == list(item_detection.STAGES)
    assert [row[4] is None for row in found.rows] == [True] * 5 + [False]
