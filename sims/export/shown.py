"""The movie that a run saw, made again from what its meta data say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits.errors import CtloopError
from circuits.runs.plain import plain
from sims.stimuli.movie import Movie
from sims.stimuli.parse import parse


def movie_of(meta: Mapping[str, Any]) -> Movie | None:
    """Make the movie of a run again.

    Parameters
    ----------
    meta : mapping
        The run's meta data.

    Returns
    -------
    Movie or None
        None if the run had none, or its file is no longer what it was.
    """
    request, about = meta.get("request"), meta.get("stimulus")
    if not isinstance(request, Mapping) or not isinstance(about, Mapping):
        return None
    text = request.get("stimulus")
    if text is None and about.get("stimulus") == "grating":
        text = f"grating:{about.get('orientation_deg')}"
    try:
        movie = parse(str(text), float(request.get("contrast", 1.0)))
    except (CtloopError, OSError, TypeError, ValueError):
        return None
    return movie if plain(dict(movie.description)) == plain(dict(about)) else None


def frame_onsets(movie: Movie, duration_ms: float) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """List when which frame comes, up to the end of a run; the movie repeats.

    Returns
    -------
    array of float64, (n,)
        Onsets, ms.
    array of int64, (n,)
        Frames.
    """
    each = np.broadcast_to(np.asarray(movie.frame_ms, dtype=np.float64), len(movie.frames))
    if len(movie.frames) == 1:
        return np.zeros(1), np.zeros(1, np.int64)
    rounds = int(np.ceil(duration_ms / movie.duration_ms))
    onsets = np.concatenate([[0.0], np.cumsum(np.tile(each, rounds))[:-1]])
    frames = np.tile(np.arange(len(movie.frames)), rounds)
    inside = onsets < duration_ms
    return onsets[inside], frames[inside]
