"""The record that makes a folder an experiment, and what a run of it is given to work with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from circuits.errors import CtloopError
from sims.experiments.request import Request
from sims.measures.metric import Goals, MetricTable, none_hoped

if TYPE_CHECKING:
    from circuits.runs.run import RunData
    from sims.report.progress import Progress


@dataclass(frozen=True, kw_only=True)
class Work:
    """Where and how one run is made; none of it decides a number.

    Attributes
    ----------
    folder : Path
        To write further files into; it becomes the run folder when all is done.
    progress : Progress
        Is informed of what is being done.
    store : Path or None
        The folder in which runs that others share lie by their address (`sims.runs.address`).
    figures : bool
        Whether early pictures may be drawn while it runs.
    """

    folder: Path
    progress: Progress
    store: Path | None = None
    figures: bool = True


def _no_goals(meta: Mapping[str, Any]) -> Goals:
    return none_hoped


def _nothing_shared(request: Request) -> tuple[Request, ...]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """All that the command line, batteries, sweeps, the store and the README know of an experiment.

    Attributes
    ----------
    name : str
        As written on the command line.
    question : str
        What it asks, in one line.
    examples : str
        Its help text below the question: example commands and explanations.
    request : type of Request
        Its options, as a frozen record.
    run : str
        "module:function", imported when it is called: (request, work) -> RunData. The run's meta data
        are only what the request does not say (`sims.runs.perform` adds the rest).
    draw : str
        "module:function" that fills `folder / "figures"`: (run, folder) -> None; "" draws nothing.
    metrics : MetricTable
    goals : callable
        From a run's meta data to what is hoped of its metrics.
    shared : callable
        From a request to the runs it is read by and shares with others (templates).
    circuit_seconds : callable
        From a request to the circuit time it simulates, s.
    resumes : callable, optional
        From a request to what a stopped run must have in common with it to be taken up again. Without
        it a stopped run leaves nothing.
    modules : tuple of str
        Packages whose source decides its numbers, besides the circuit's and the engine's.
    hidden : bool
        Whether it only serves other experiments.
    """

    name: str
    question: str
    request: type[Request]
    run: str
    metrics: MetricTable
    examples: str = ""
    draw: str = ""
    goals: Callable[[Mapping[str, Any]], Goals] = _no_goals
    shared: Callable[[Any], tuple[Request, ...]] = _nothing_shared
    circuit_seconds: Callable[[Any], float] = lambda request: 0.0
    resumes: Callable[[Any], Mapping[str, Any]] | None = None
    modules: tuple[str, ...] = ()
    hidden: bool = False

    def measure(self, request: Request, work: Work) -> RunData:
        """Run it: simulate, measure, and give the run; nothing but `work.folder` is written to."""
        found: RunData = load(self.name, self.run)(request, work)
        return found

    def draw_into(self, run: RunData, folder: Path) -> None:
        """Draw the figures of a finished run into its folder.

        Raises
        ------
        CtloopError
            If the experiment has none.
        """
        if not self.draw:
            msg = f"the experiment {self.name} has no figures"
            raise CtloopError(msg)
        load(self.name, self.draw)(run, folder)


def facts_of(meta: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give what a run's meta data say of its experiment: its name, and what it found to say.

    In old runs the entry may be the name alone.
    """
    entry = meta.get("experiment") or {}
    return entry if isinstance(entry, Mapping) else {"name": entry}


def load(experiment: str, where: str) -> Any:
    """Import what "module:name" says.

    Raises
    ------
    CtloopError
        If there is none.
    """
    module, _, name = where.partition(":")
    try:
        return getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError, TypeError) as error:
        msg = f"the experiment {experiment} cannot be run: {error}"
        raise CtloopError(msg) from error
