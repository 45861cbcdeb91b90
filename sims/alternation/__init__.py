"""Experiment: the pulvinar alternates between prediction and outcome, or not, and how fast."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def run_alternation(*, out: Path, **options: Any) -> Path:
    """Run the alternation experiment into a run folder.

    Parameters
    ----------
    out : Path
        The run folder to be; nothing is overwritten.
    **options
        The fields of `sims.alternation.declaration.AlternationRequest` (condition, seed, duration_s,
        lesions, settings, stimulus, contrast, spikes, scale, engine, circuit_file), and `figures` and
        `progress` of `sims.runs.perform.run`.

    Returns
    -------
    Path
        The finished folder.

    Raises
    ------
    CtloopError
        For anything that cannot be done; nothing is left behind then.
    """
    from sims.runs.perform import run

    return run("alternation", out=out, **options)
