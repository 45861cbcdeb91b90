"""The benchmarks as the laboratory knows them. Loads nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sims.experiments.measurement import Measurement
from sims.experiments.request import option, refuse
from sims.prediction.circuit_request import PredictionCircuitRequest


@dataclass(frozen=True, kw_only=True)
class LearningCostRequest(PredictionCircuitRequest):
    """What learning costs.

    Attributes
    ----------
    cycles : int
        Items of each simulation.
    pairs : int
        Pairs of simulations, with learning and without.
    """

    experiment: ClassVar[str] = "learning-cost"

    cycles: int = option(30, "items of a simulation (default: 30)", kind=int, metavar="N")
    pairs: int = option(
        3, "pairs of simulations, with learning and without (default: 3)", kind=int, metavar="N"
    )

    def check(self) -> None:
        """Refuse what cannot be, see `Request.check`."""
        super().check()
        for name, value in (("--cycles", self.cycles), ("--pairs", self.pairs)):
            if value < 1:
                refuse(name, "a whole number of 1 or more", value)


LEARNING_COST = Measurement(
    name="learning-cost",
    question="how much longer does a circuit second take while synapses learn?",
    request=LearningCostRequest,
    run="sims.benchmarks.learning:measure",
    examples="""\
  ctloop measure learning-cost

Run it on an idle machine. Compiling is done before and not counted.""",
)
