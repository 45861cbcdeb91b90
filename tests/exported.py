"""Finished runs to export: small, made without a simulation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from circuits.records import Spikes
from circuits.runs.run import Cycles, Lfp, RunData
from circuits.runs.store import save
from circuits.spec import Circuit, assemble, to_dict
from sims.runs.assemble import cells_of, orientations
from tiny import population, projection

SEED = 3


def circuit() -> Circuit:
    """Three populations: two in V1, one of given spikes."""
    return assemble(
        [
            population("V1.E", lamina="L4", depth_top_um=500, depth_bottom_um=900, count=8),
            population("V1.I", lamina="L4", transmitter="inh", map="none", count=4),
            population("Eye.GC", spike_source=True, map="retinotopic", count=6),
        ],
        [
            projection("Eye.GC", "V1.E"),
            projection("V1.E", "V1.I"),
            projection("V1.I", "V1.E", receptors={"GABA_A": 3.0}),
        ],
    )


def spikes() -> dict[str, Spikes]:
    """Spikes of three of the cells of V1.E, one of V1.I, and all of Eye.GC."""
    return {
        "V1.E": Spikes(
            np.array([10.0, 20.1, 30.2, 30.3, 44.0, 50.5]), np.array([0, 5, 5, 7, 0, 7])
        ),
        "V1.I": Spikes(np.array([9.9, 99.9]), np.array([3, 3])),
        "Eye.GC": Spikes(np.arange(12) + 1.0, np.arange(12) % 6),
    }


def finished(folder: Path, **more: Any) -> Path:
    """Save a run of 100 ms in which V1.E, V1.I and Eye.GC spiked; `more` are fields of `RunData`."""
    made = circuit()
    fields: dict[str, Any] = {
        "meta": {
            "experiment": {"name": "alternation", "condition": "conflict", "discard_ms": 20.0},
            "request": {"stimulus": None, "contrast": 1.0},
            "seed": SEED,
            "duration_ms": 100.0,
            "spec": to_dict(made),
            "stimulus": grating(45.0),
        },
        "populations": cells_of({n: d["population"] for n, d in made.nodes(data=True)}),
        "spikes": spikes(),
        "orientation_deg": orientations(
            {n: d["population"] for n, d in made.nodes(data=True)}, SEED
        ),
        "rates_hz": {"V1.E": np.ones(100)},
        "cycles": Cycles(np.array([5.0, 40.0, 80.0]), np.array([12.0, 50.0, 90.0])),
        "lfp": Lfp(
            np.arange(4) * 100.0,
            np.random.default_rng(0).normal(size=(4, 100)).astype(np.float32),
            np.random.default_rng(1).normal(size=(4, 100)).astype(np.float32),
        ),
    }
    return save(RunData(**{**fields, **more}), folder)


def grating(angle_deg: float) -> dict[str, Any]:
    """What the meta data of a run say of a grating."""
    from sims.stimuli.gratings import static_grating

    return dict(static_grating(angle_deg).description)
