"""The analyses as the laboratory knows them: their options and questions. Loads nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sims.experiments.measurement import Measurement
from sims.experiments.option import INPUT, option, refuse
from sims.prediction.circuit_request import SEQUENCES, PredictionCircuitRequest


@dataclass(frozen=True, kw_only=True)
class AnalysisRequest(PredictionCircuitRequest):
    """What the analyses have in common.

    Attributes
    ----------
    seeds : int
        How many, counted up from `seed`.
    cycles : int
        Cycles that each seed simulates.
    """

    seeds: int = option(2, "how many seeds, from --seed on", kind=int, metavar="N")
    cycles: int = option(160, "cycles of a simulation", kind=int, metavar="N", group=INPUT)

    def check(self) -> None:
        """Refuse what cannot be, see `Request.check`."""
        super().check()
        for name, value, low in (("--seeds", self.seeds, 1), ("--cycles", self.cycles, 10)):
            if value < low:
                refuse(name, f"a whole number of {low} or more", value)

    @property
    def seed_numbers(self) -> range:
        """The seeds."""
        return range(self.seed, self.seed + self.seeds)


@dataclass(frozen=True, kw_only=True)
class ItemDetectionRequest(AnalysisRequest):
    """How surely each population answers an item, before anything is learnt."""

    experiment: ClassVar[str] = "item-detection"

    seed: int = option(100, "the first seed", kind=int, metavar="N")
    seeds: int = option(1, "how many seeds, from --seed on", kind=int, metavar="N")
    cycles: int = option(96, "items shown", kind=int, metavar="N", group=INPUT)
    sequence: str = option(
        "second-order", "the sequence of items", metavar="WHAT", group=INPUT, choices=SEQUENCES
    )


@dataclass(frozen=True, kw_only=True)
class _WithMemory(AnalysisRequest):
    """An analysis of the circuit with a memory, which cannot be another."""

    memory: bool = True
    circuit_file: str | None = None


@dataclass(frozen=True, kw_only=True)
class Layer6Request(_WithMemory):
    """Which of the last two items layer 6 holds."""

    experiment: ClassVar[str] = "layer6-decoding"

    seed: int = option(15, "the first seed", kind=int, metavar="N")


@dataclass(frozen=True, kw_only=True)
class LinearReadoutRequest(_WithMemory):
    """How well a linear reader predicts from layer 6.

    Attributes
    ----------
    cycles, test_cycles : int
        Cycles from which the reader learns, and those on which it is tested.
    """

    experiment: ClassVar[str] = "linear-readout"

    seed: int = option(40, "the first seed", kind=int, metavar="N")
    cycles: int = option(
        392, "cycles from which the reader learns", kind=int, metavar="N",
        group=INPUT,
    )  # fmt: skip
    test_cycles: int = option(
        160, "cycles on which it is tested", kind=int, metavar="N", group=INPUT
    )
    sequence: str = option(
        "reber", "the sequence of items", metavar="WHAT", group=INPUT, choices=SEQUENCES
    )

    def check(self) -> None:
        """Refuse what cannot be, see `Request.check`."""
        super().check()
        if self.test_cycles < 1:
            refuse("--test-cycles", "a whole number of 1 or more", self.test_cycles)


ITEM_DETECTION = Measurement(
    name="item-detection",
    question="how surely does each population on the way to V2 answer an item?",
    request=ItemDetectionRequest,
    run="sims.prediction.analyses.item_detection:measure",
    examples="""\
  ctloop measure item-detection
  ctloop measure item-detection --sequence irregular --set "V1.L23E->V1.L23PV.gain=1"

The circuit is untrained and learns nothing. What V2's bursters miss, layer 6 cannot hold.""",
)

LAYER6_DECODING = Measurement(
    name="layer6-decoding",
    question="does layer 6 hold the last item, or the one before it as well?",
    request=Layer6Request,
    run="sims.prediction.analyses.layer6_decoding:measure",
    examples="""\
  ctloop measure layer6-decoding
  ctloop measure layer6-decoding --seed 35

The second-order loop is shown to the untrained circuit with a memory, and to the same without the
projection by which the memory acts back (V2.L6CC -> V2.L6CT #memory).""",
)

LINEAR_READOUT = Measurement(
    name="linear-readout",
    question="how well could the next item be predicted from layer 6?",
    request=LinearReadoutRequest,
    run="sims.prediction.analyses.linear_readout:measure",
    examples="""\
  ctloop measure linear-readout
  ctloop measure linear-readout --seeds 4

A linear reader learns from the spikes of layer 6 of the untrained circuit with a memory, once by the delta
rule and once by Hebb's.""",
)
