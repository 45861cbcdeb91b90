"""The measurements there are: questions answered by a table instead of a run folder."""

from __future__ import annotations

from circuits.errors import UnknownName
from sims.experiments.experiment import load
from sims.experiments.measurement import Measurement

#: Name -> where its declaration is ("module:name"), in the order in which help lists them.
MEASUREMENTS = {
    "item-detection": "sims.prediction.analyses.declaration:ITEM_DETECTION",
    "layer6-decoding": "sims.prediction.analyses.declaration:LAYER6_DECODING",
    "linear-readout": "sims.prediction.analyses.declaration:LINEAR_READOUT",
    "error-index": "sims.prediction.gradient.declaration:ERROR_INDEX",
    "causal-kernel": "sims.prediction.gradient.declaration:CAUSAL_KERNEL",
    "pulse-kernel": "sims.prediction.gradient.declaration:PULSE_KERNEL",
    "true-gradient": "sims.prediction.gradient.declaration:TRUE_GRADIENT",
    "hidden-gradient": "sims.prediction.gradient.declaration:HIDDEN_GRADIENT",
    "spiking-loss": "sims.prediction.gradient.declaration:SPIKING_LOSS",
    "unitary-psp": "sims.cells.declaration:UNITARY",
    "engines": "sims.benchmarks.declaration:ENGINES",
    "memory": "sims.benchmarks.declaration:MEMORY",
    "size": "sims.benchmarks.declaration:SIZE",
    "battery": "sims.benchmarks.battery_declaration:BATTERY",
    "lab-frames": "sims.lab.declaration:LAB_FRAMES",
    "kinase-times": "sims.benchmarks.declaration:KINASE_TIMES",
    "simulators": "sims.benchmarks.simulators_declaration:SIMULATORS",
    "simulator-voltage": "sims.benchmarks.simulators_declaration:SIMULATOR_VOLTAGE",
}


def measurement(name: str) -> Measurement:
    """Give the measurement of a name.

    Raises
    ------
    UnknownName
        With the nearest names.
    """
    if name not in MEASUREMENTS:
        raise UnknownName("measurement", name, MEASUREMENTS)
    found: Measurement = load(name, MEASUREMENTS[name])
    return found
