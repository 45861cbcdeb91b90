"""One run holds its own baseline, silencing and recovery."""

from __future__ import annotations

import numpy as np
import pytest

from circuits.errors import CtloopError
from circuits.records import Spikes
from circuits.runs.run import Cells, RunData
from sims.measures.lesion_windows import rates_by_window


def _run(*lesions: str) -> RunData:
    times = np.concatenate([np.arange(0, 2000, 10.0), np.arange(3000, 4000, 20.0)])
    return RunData(
        meta={
            "lesions": list(lesions),
            "duration_ms": 4000.0,
            "experiment": {"discard_ms": 1000.0},
        },
        populations={"TRN.LGN": Cells(count=2, area="TRN")},
        spikes={"TRN.LGN": Spikes(times, np.zeros(times.size, dtype=np.int64))},
    )


def test_rates_before_in_and_after_the_window() -> None:
    (row,) = rates_by_window(_run("cut V1 -> V2", "silence TRN from 2s to 3s"))
    assert row["lesion"] == "silence TRN from 2000ms to 3000ms"
    assert (row["before_hz"], row["during_hz"], row["after_hz"]) == (50.0, 0.0, 25.0)


def test_a_window_to_the_end_has_no_recovery() -> None:
    (row,) = rates_by_window(_run("TRN from 3s to 9s"))
    assert row["after_hz"] is None
    assert row["during_hz"] == 25.0


def test_a_run_without_windows_says_how_to_have_one() -> None:
    with pytest.raises(CtloopError, match="from 2s to 3s"):
        rates_by_window(_run("TRN"))
