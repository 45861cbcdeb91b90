"""The request of an experiment that shows the circuit a stimulus for some seconds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sims.experiments.option import INPUT, option
from sims.experiments.request import CircuitRequest, check_contrast, check_duration

if TYPE_CHECKING:
    from collections.abc import Mapping

    from circuits.records import Spikes
    from circuits.spec import Circuit

#: Discarded before anything is measured, s.
DISCARD_S = 1.0
DISCARD_MS = DISCARD_S * 1e3


@dataclass(frozen=True, kw_only=True)
class StimulusRequest(CircuitRequest):
    """One run that shows the circuit a stimulus for some seconds.

    Attributes
    ----------
    stimulus : str or None
        See `sims.stimuli.parse`; None is a static grating of 45 deg.
    contrast : float
        0-1.
    spikes : tuple of str
        "FILE" or "POPULATION=FILE": spikes that a spike source replays in the place of what it answers to the stimulus
        (`sims.recordings.spikes`).
    duration_s : float
        Circuit seconds measured, after one that is discarded.
    """

    stimulus: str | None = option(
        None, "grating:45, drifting:45, bar:90, sequence:0,45,90 (deg), blank, or a file: photo.png, "
        "clip.gif, frames.npy", metavar="WHAT", group=INPUT, usual="grating:45",
    )  # fmt: skip
    contrast: float = option(
        1.0, "of the stimulus, from 0 to 1", kind=float, metavar="FRACTION", group=INPUT
    )
    spikes: tuple[str, ...] = option(
        (), "spikes that a spike source (the retina) replays instead of its answer: a SONATA or NWB file",
        metavar="[POPULATION=]FILE", group=INPUT,
    )  # fmt: skip
    duration_s: float = option(10.0, "circuit time that is measured", kind=float, metavar="S")

    def check(self) -> None:
        """Refuse what cannot be, see `Request.check`."""
        super().check()
        check_duration(self.duration_s)
        check_contrast(self.contrast)

    def check_inputs(self) -> None:
        """Refuse also a stimulus that cannot be read, see `Request.check_inputs`."""
        super().check_inputs()
        if self.stimulus is not None:
            _readable(self.stimulus, self.contrast, _changed_at(self.stimulus))
        if self.spikes:
            self.given_spikes(self.circuits()[0])

    def given_spikes(self, circuit: Circuit) -> dict[str, Spikes]:
        """Read the spikes that are given; {} if none are.

        Raises
        ------
        CtloopError
            If a file cannot be read, or does not fit the circuit.
        """
        from sims.recordings.spikes import given_spikes

        return given_spikes(self.spikes, circuit)

    def shown(self, description: Mapping[str, object]) -> dict[str, object]:
        """Say in the run's meta data what the circuit saw: the stimulus, or the files of given spikes."""
        if not self.spikes:
            return dict(description)
        return {"stimulus": "given spikes", "files": list(self.spikes)}


@lru_cache(maxsize=64)
def _readable(stimulus: str, contrast: float, changed_at: int | None) -> None:
    """Refuse what is no stimulus; a file that stays as it is is read once for all runs of a battery."""
    from sims.stimuli.parse import parse

    parse(stimulus, contrast)


def _changed_at(stimulus: str) -> int | None:
    try:
        return Path(stimulus).stat().st_mtime_ns
    except (OSError, ValueError):
        return None
