"""The evoked experiment as the laboratory knows it: options, metrics. Loads nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sims.evoked.metrics import METRICS
from sims.experiments.experiment import Experiment
from sims.experiments.request import simulated_twice
from sims.experiments.stimulus_request import DISCARD_S, StimulusRequest

#: The stimulus, the blank screen and the orthogonal grating.
SIMULATIONS = 3


@dataclass(frozen=True, kw_only=True)
class EvokedRequest(StimulusRequest):
    """One run of the evoked experiment; V2 expects nothing."""

    experiment: ClassVar[str] = "evoked"


def _seconds(request: EvokedRequest) -> float:
    return (DISCARD_S + request.duration_s) * SIMULATIONS * (2 if simulated_twice(request) else 1)


EVOKED = Experiment(
    name="evoked",
    question="what does a stimulus evoke in each population, and how tuned is it?",
    examples="""\
A grating, the orthogonal one and a blank screen, shown to the same circuit with the same noise:
  ctloop run evoked
At low contrast; with a pathway cut:
  ctloop run evoked --contrast .25
  ctloop run evoked --lesion "V1.L6CT -> LGN.TC"
""",
    request=EvokedRequest,
    run="sims.evoked.experiment:evoked",
    metrics=METRICS,
    circuit_seconds=_seconds,
    modules=("sims.evoked",),
)
