"""What an experiment is: a request, a function, metrics and figures, found by name."""

from sims.experiments.experiment import Experiment, Work
from sims.experiments.option import option
from sims.experiments.registry import EXPERIMENTS, experiment, listed
from sims.experiments.request import CircuitRequest, Request

__all__ = [
    "EXPERIMENTS",
    "CircuitRequest",
    "Experiment",
    "Request",
    "Work",
    "experiment",
    "listed",
    "option",
]
