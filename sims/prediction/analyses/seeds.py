"""Go through the seeds of a measurement and show how far it is."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from circuits.engine.simulate import Report

if TYPE_CHECKING:
    from sims.report.progress import Progress


def each_seed(
    seeds: Sequence[int], shown: Progress, stage: str = "seeds"
) -> Iterator[tuple[int, Report]]:
    """Give each seed, and the function that its simulation reports to.

    Parameters
    ----------
    seeds : sequence of int
    shown : Progress
    stage : str
        What the bar is called.

    Yields
    ------
    tuple
        The seed, and what to call with a simulation's stage and the fraction of it that is done.
    """
    logging.getLogger("brian2").setLevel(logging.ERROR)
    shown.stage(stage, len(seeds))
    for done, seed in enumerate(seeds):

        def report(simulating: str, fraction: float, done: int = done) -> None:
            if simulating == "simulating":
                shown.update(stage, done + fraction)

        yield seed, report
    shown.done(stage)
