"""The experiments there are. One line here and a folder beside this one make an experiment."""

from __future__ import annotations

from circuits.errors import CtloopError, UnknownName
from sims.experiments.experiment import Experiment, load

#: Name -> where its declaration is ("module:name"), in the order in which help lists them.
EXPERIMENTS = {
    "alternation": "sims.alternation.declaration:ALTERNATION",
    "template": "sims.alternation.declaration:TEMPLATE",
    "evoked": "sims.evoked.declaration:EVOKED",
    "prediction": "sims.prediction.declaration:PREDICTION",
    "plasticity": "sims.plasticity.declaration:PLASTICITY",
}


def experiment(name: str) -> Experiment:
    """Give the experiment of a name; "module:NAME" is one of the user's own.

    Raises
    ------
    UnknownName
        With the nearest names.
    CtloopError
        If what "module:NAME" names is no experiment.
    """
    if name not in EXPERIMENTS and ":" not in name:
        raise UnknownName("experiment", name, [e.name for e in listed()])
    found = load(name, EXPERIMENTS.get(name, name))
    if not isinstance(found, Experiment):
        msg = f"{name} is no experiment (a sims.experiments.Experiment)"
        raise CtloopError(msg)
    return found


def listed() -> list[Experiment]:
    """List the experiments a user runs, in the order of the registry."""
    found = [experiment(name) for name in EXPERIMENTS]
    return [e for e in found if not e.hidden]
