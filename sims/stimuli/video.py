"""Videos (mp4, webm, mov, ...), decoded by PyAV if it is installed."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from circuits.errors import CtloopError
from sims.stimuli.luminance import (
    DEFAULT_FRAME_MS,
    MOST_FRAMES,
    Footage,
    Grey,
    central_squares,
    luminance,
)

#: How the names of videos end.
SUFFIXES = frozenset(
    (".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".ogv", ".wmv")
)


def read_video(path: Path) -> Footage:
    """Read the first video stream of a file.

    A frame lasts until the time stamp of the next one, so a rate that varies is kept; the last one
    lasts as the file says. Frames are turned as a player turns them. Sound is not read.

    Raises
    ------
    CtloopError
        If PyAV is not installed, or the file holds no video, or its time stamps do not increase.
    """
    try:
        av: Any = importlib.import_module("av")
    except ImportError:
        msg = "a video needs PyAV (pip install av); or save it as .gif, .webp or .npy"
        raise CtloopError(msg) from None
    onsets_s: list[float | None] = []
    with av.open(str(path)) as container:
        if not container.streams.video:
            msg = "it holds no video stream: choose another file"
            raise CtloopError(msg)
        stream = container.streams.video[0]
        frames = container.decode(stream)
        last: dict[str, Any] = {}

        def greys() -> Iterator[Grey]:
            for frame in islice(frames, MOST_FRAMES):
                onsets_s.append(frame.time)
                last["frame"] = frame
                picture = frame.to_ndarray(format="rgb24")
                # The rotation is counterclockwise, in quarters of a turn.
                turns = round(getattr(frame, "rotation", 0) / 90)
                yield luminance(np.rot90(picture, turns))

        stack = central_squares(greys())
        more = len(stack) == MOST_FRAMES and next(frames, None) is not None
        durations_ms = _durations_ms(onsets_s, last["frame"], stream)
    notes = (f"only the first {MOST_FRAMES} frames are shown",) if more else ()
    return Footage(stack, durations_ms, notes)


def _durations_ms(onsets_s: list[float | None], last: Any, stream: Any) -> tuple[float, ...]:
    """Give the durations of frames from their time stamps, s; the last one's from the file."""
    rate = float(stream.average_rate or 0)
    usual_s = 1 / rate if rate > 0 else DEFAULT_FRAME_MS / 1e3
    if None in onsets_s:
        return (1e3 * usual_s,) * len(onsets_s)
    lasts_s = np.diff(np.array(onsets_s, dtype=float))
    if (lasts_s <= 0).any():
        msg = "the time stamps of its frames do not increase: encode it again"
        raise CtloopError(msg)
    own_s = float((getattr(last, "duration", 0) or 0) * (last.time_base or 0))
    return tuple(float(s) for s in 1e3 * np.append(lasts_s, own_s if own_s > 0 else usual_s))
