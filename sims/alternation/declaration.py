"""The alternation experiment as the laboratory knows it: options, metrics, goals. Loads nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from circuits.errors import UnknownName
from sims.alternation.metrics import METRICS, goals
from sims.experiments.experiment import Experiment
from sims.experiments.option import INPUT, option
from sims.experiments.request import Request, simulated_twice
from sims.experiments.stimulus_request import DISCARD_S, StimulusRequest

#: What V2 expects.
CONDITIONS = {
    "conflict": "another orientation than V1 sees",
    "congruent": "the same",
    "none": "nothing",
}
#: A template needs fewer cycles than a run, s.
TEMPLATE_S = 5.0


@dataclass(frozen=True, kw_only=True)
class AlternationRequest(StimulusRequest):
    """One run of the alternation.

    Attributes
    ----------
    condition : {"conflict", "congruent", "none"}
        Whether V2 expects another orientation than V1 sees, the same, or nothing.
    without_l6 : bool
        Whether to simulate a second time without V2.L6CT -> Pulvinar.TRC, to see which relay spikes
        layer 6 makes. A battery leaves it out: there that pathway is lesioned for itself.
    """

    experiment: ClassVar[str] = "alternation"

    condition: str = option(
        "conflict", "what V2 expects", metavar="NAME", group=INPUT, choices=CONDITIONS
    )  # fmt: skip
    without_l6: bool = True

    def check(self) -> None:
        """Refuse what cannot be, see `Request.check`."""
        super().check()
        if self.condition not in CONDITIONS:
            raise UnknownName("condition", self.condition, CONDITIONS)


@dataclass(frozen=True, kw_only=True)
class TemplateRequest(AlternationRequest):
    """One congruent run of the intact circuit, whose relay patterns content is compared with."""

    experiment: ClassVar[str] = "template"


def _seconds(request: AlternationRequest) -> float:
    times = (2 if request.without_l6 else 1) * (2 if simulated_twice(request) else 1)
    return (DISCARD_S + request.duration_s) * times


def _templates(request: AlternationRequest) -> tuple[Request, ...]:
    from sims.alternation.templates import templates_needed

    return templates_needed(request)


ALTERNATION = Experiment(
    name="alternation",
    question="does the pulvinar alternate between layer-6 prediction and layer-5IB outcome?",
    examples="""\
V1 sees one orientation while V2 expects another:
  ctloop run alternation
The same with a pathway cut, or half as strong:
  ctloop run alternation --lesion "V1.L5IB -> Pulvinar.TRC"
  ctloop run alternation --set "V2.L6CT->Pulvinar.TRC.gain=.5"
Your own movie, another seed, more seconds:
  ctloop run alternation --stimulus clip.gif --seed 3 --duration 30
Another retina, or a recording, as the eye (SONATA or NWB); the spikes of another run:
  ctloop run alternation --spikes retina.nwb
  ctloop run alternation --spikes Retina.GC=runs/alternation-1/run.h5""",
    request=AlternationRequest,
    run="sims.alternation.experiment:alternation",
    draw="figures.run.gallery:draw_run",
    metrics=METRICS,
    goals=goals,
    shared=_templates,
    circuit_seconds=_seconds,
    modules=("sims.alternation",),
)

TEMPLATE = Experiment(
    name="template",
    question="what does the circuit show where V2 expects what V1 sees?",
    request=TemplateRequest,
    run="sims.alternation.templates:template_run",
    metrics=METRICS,
    circuit_seconds=lambda request: DISCARD_S + request.duration_s,
    modules=("sims.alternation",),
    hidden=True,
)
