"""Go through the seeds of a measurement and show how far it is."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from circuits.engine.simulate import Report

if TYPE_CHECKING:
    from sims.report.progress import Progress


def each_seed(
    seeds: Sequence[int], shown: Progress, stage: str = "seeds", simulations: int = 1
) -> Iterator[tuple[int, Report]]:
    """Give each seed, and the function that its simulation reports to.

    Parameters
    ----------
    seeds : sequence of int
    shown : Progress
    stage : str
        What the bar is called.
    simulations : int
        How many simulations each seed takes, one after another; the bar counts each as the same part.

    Yields
    ------
    tuple
        The seed, and what to call with a simulation's stage and the fraction of it that is done.
    """
    logging.getLogger("brian2").setLevel(logging.ERROR)
    shown.stage(stage, len(seeds))
    for done, seed in enumerate(seeds):
        yield seed, _reporter(shown, stage, done, simulations)
    shown.done(stage)


def _reporter(shown: Progress, stage: str, done: int, simulations: int) -> Report:
    """Give what the simulations of one seed report to; a fraction that falls is that of the next one."""
    ended, last = 0, 0.0

    def report(simulating: str, fraction: float) -> None:
        nonlocal ended, last
        if simulating == "simulating":
            ended += fraction < last
            last = fraction
            shown.update(stage, done + min((ended + fraction) / simulations, 1.0))

    return report
