"""A stimulus as the circuit gets it: luminance in frames, and how long each frame is shown."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from circuits.errors import CtloopError

WIDTH_DEG = 4.0  # wider than the retina's patch by more than a surround on each side
PIXELS = 160  # .025 deg a pixel: four pixels in the radius of a ganglion cell's centre

Frames = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Movie:
    """A stimulus: luminance over space and time.

    Attributes
    ----------
    frames : array (n_frames, ny, nx), float32
        Luminance 0 to 1 with .5 the mean grey; row 0 is the top. One frame lasts for ever.
    frame_ms : float or tuple of n_frames floats
        How long each frame is shown: one number if it is the same for all.
    width_deg : float
        Width in degrees of visual angle, centred on the retina's patch.
    description : mapping
        What it is, as it goes into `run.json`.

    Raises
    ------
    CtloopError
        If the frames are no luminance, or a duration or the width is not above 0.
    """

    frames: Frames
    frame_ms: float | tuple[float, ...]
    width_deg: float = WIDTH_DEG
    description: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what is no movie."""
        if self.frames.ndim != 3 or 0 in self.frames.shape or self.frames.dtype != np.float32:
            got = f"{self.frames.shape} of {self.frames.dtype}"
            msg = f"a movie is (frames, rows, columns) of float32, not {got}"
            raise CtloopError(msg)
        low, high = float(self.frames.min()), float(self.frames.max())
        if not (low >= 0.0 and high <= 1.0):  # also refuses NaN
            msg = f"luminance goes from 0 to 1, not from {low:g} to {high:g}"
            raise CtloopError(msg)
        durations = np.atleast_1d(self.frame_ms)
        if isinstance(self.frame_ms, tuple) and len(durations) != len(self.frames):
            msg = (
                f"a movie of {len(self.frames)} frames has as many durations, not {len(durations)}"
            )
            raise CtloopError(msg)
        for what, value in (("duration", durations.min()), ("width", self.width_deg)):
            if not 0.0 < value < math.inf or not np.isfinite(durations).all():
                msg = f"a frame has a {what} above 0, not {value:g}"
                raise CtloopError(msg)

    @property
    def duration_ms(self) -> float:
        """How long until it repeats."""
        if isinstance(self.frame_ms, tuple):
            return math.fsum(self.frame_ms)
        return len(self.frames) * self.frame_ms

    @property
    def mean(self) -> float:
        """Mean luminance over space and time, 0 to 1: what the eye is adapted to."""
        if isinstance(self.frame_ms, tuple):
            each = self.frames.mean(axis=(1, 2), dtype=np.float64)
            return float(np.average(each, weights=self.frame_ms))
        return float(np.mean(self.frames, dtype=np.float64))

    def frame_at(self, times_ms: NDArray[np.floating]) -> NDArray[np.int64]:
        """Give the index of the frame that is shown at each time.

        Parameters
        ----------
        times_ms : array, 0 or above
            From the start of the simulation. After the last frame the first one comes again.

        Returns
        -------
        array of int64, of the same shape
        """
        if not isinstance(self.frame_ms, tuple):
            alike: NDArray[np.int64] = (times_ms // self.frame_ms).astype(np.int64)
            return alike % len(self.frames)
        ends = np.cumsum(self.frame_ms)
        at: NDArray[np.int64] = np.searchsorted(ends, times_ms % ends[-1], side="right")
        return np.minimum(at, len(self.frames) - 1)


def check_contrast(contrast: float) -> float:
    """Give a contrast back, or refuse what is no fraction from 0 to 1.

    Raises
    ------
    CtloopError
    """
    if not 0.0 <= contrast <= 1.0:
        msg = f"contrast is a fraction from 0 to 1, not {contrast:g}"
        raise CtloopError(msg)
    return contrast
