"""Stimuli that are computed: gratings, a bar, a grating that changes its orientation, a grey screen.

Angles: `orientation_deg` is the direction the stripes or the bar run along, counterclockwise
from horizontal (0 horizontal, 90 vertical), and what moves moves towards orientation + 90 deg. A
movie shorter than the run repeats from its first frame.

Nothing here may contain 5 Hz, the rhythm under study. A static picture contains no frequency at all
and is the default. What repeats f times a second also contains 2f, 3f, ... (and a nonlinear
circuit f/2), so 2, 2.5 or 5 Hz would leak into 4-6 Hz: the moving stimuli repeat at 3.5 Hz, whose
harmonics 7, 10.5, ... and half 1.75 all miss it. Sequences have jittered durations and so no
period.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from circuits.errors import CtloopError
from circuits.seeds import stream
from sims.stimuli.movie import PIXELS, WIDTH_DEG, Frames, Movie, check_contrast

#: How often what moves repeats by default: see above.
REPEAT_HZ = 3.5


def blank() -> Movie:
    """Show a uniform grey screen."""
    return Movie(
        np.full((1, PIXELS, PIXELS), 0.5, np.float32), 1000.0, WIDTH_DEG, {"stimulus": "blank"}
    )


def static_grating(
    orientation_deg: float, contrast: float = 1.0, sf_cpd: float = 2.0, phase_deg: float = 0.0
) -> Movie:
    """Show a sinusoidal grating that stays: the main stimulus, because it holds no frequency.

    Parameters
    ----------
    orientation_deg : float
        Along the stripes: 0 horizontal, 90 vertical.
    contrast : float
        Michelson contrast, 0 to 1.
    sf_cpd : float
        Cycles per degree, above 0 and at most 10 (two pixels make half a cycle).
    phase_deg : float
        0 puts a bright stripe on the centre.
    """
    frames = _grating(orientation_deg, contrast, sf_cpd, np.array([phase_deg]))
    return Movie(
        frames,
        1000.0,
        WIDTH_DEG,
        {
            "stimulus": "grating",
            "orientation_deg": orientation_deg,
            "contrast": contrast,
            "sf_cpd": sf_cpd,
            "phase_deg": phase_deg,
        },
    )


def drifting_grating(
    orientation_deg: float, contrast: float = 1.0, sf_cpd: float = 2.0, tf_hz: float = REPEAT_HZ
) -> Movie:
    """Show a sinusoidal grating that drifts towards orientation + 90 deg.

    `tf_hz` cycles pass a point each second, above 0. The default of 3.5 Hz keeps the harmonics of
    its rectified response (7, 10.5, ...) and its half out of 4-6 Hz; 2, 2.5 or 5 Hz would not.
    """
    _positive("a temporal frequency", tf_hz)
    steps = 24
    frames = _grating(orientation_deg, contrast, sf_cpd, -360.0 * np.arange(steps) / steps)
    about: dict[str, object] = {
        "stimulus": "drifting",
        "orientation_deg": orientation_deg,
        "contrast": contrast,
    }
    about |= {"sf_cpd": sf_cpd, "tf_hz": tf_hz}
    return Movie(frames, 1e3 / tf_hz / steps, WIDTH_DEG, about)


def moving_bar(
    orientation_deg: float,
    contrast: float = 1.0,
    bar_deg: float = 0.25,
    sweep_hz: float = REPEAT_HZ,
) -> Movie:
    """Sweep a bright bar over the grey field towards orientation + 90 deg, again and again.

    It crosses the field's 4 deg `sweep_hz` times a second (14 deg/s by default) and comes back in
    where it left. See the module on why 3.5 Hz.
    """
    _positive("a sweep rate", sweep_hz)
    _positive("a bar's width", bar_deg)
    steps = 48
    place = _across(orientation_deg) - (np.arange(steps) / steps)[:, None, None] * WIDTH_DEG
    distance = np.abs((place + WIDTH_DEG / 2) % WIDTH_DEG - WIDTH_DEG / 2)
    pixel = WIDTH_DEG / PIXELS
    covered = np.clip((bar_deg / 2 - distance) / pixel + 0.5, 0.0, 1.0)  # edges one pixel wide
    frames = (0.5 + 0.5 * check_contrast(contrast) * covered).astype(np.float32)
    about: dict[str, object] = {
        "stimulus": "bar",
        "orientation_deg": orientation_deg,
        "contrast": contrast,
    }
    about |= {"bar_deg": bar_deg, "sweep_hz": sweep_hz}
    return Movie(frames, 1e3 / sweep_hz / steps, WIDTH_DEG, about)


def orientation_sequence(
    orientations_deg: Sequence[float],
    contrast: float = 1.0,
    item_ms: float = 700.0,
    jitter: float = 0.5,
    sf_cpd: float = 2.0,
    seed: int = 0,
) -> Movie:
    """Show static gratings one after the other, each for a time that varies, about 20 s in all.

    Parameters
    ----------
    orientations_deg : sequence of float
        In this order, round and round.
    item_ms, jitter : float
        Mean duration, at least 100 ms, and its spread: uniform in item_ms (1 +- jitter), 0 to .9.
        Without jitter the items themselves have a period, and 400 ms or 1 s has harmonics at 5 Hz.
    seed : int
        Of the durations and spatial phases (stream "sequence"), so that each run can repeat it.
    """
    if not orientations_deg or not (item_ms >= 100.0 and 0.0 <= jitter <= 0.9):
        msg = "a sequence needs orientations, items of at least 100 ms and a jitter of 0 to .9"
        raise CtloopError(msg)
    frame_ms, total_ms = 25.0, 20_000.0
    rng = stream(seed, "sequence")
    shown: list[int] = []
    items: list[Frames] = []
    while len(shown) * frame_ms < total_ms:
        orientation = orientations_deg[len(items) % len(orientations_deg)]
        lasts_ms = item_ms * rng.uniform(1.0 - jitter, 1.0 + jitter)
        shown += [len(items)] * max(1, round(lasts_ms / frame_ms))
        items.append(_grating(orientation, contrast, sf_cpd, rng.uniform(0.0, 360.0, 1)))
    return Movie(
        np.concatenate(items)[shown],
        frame_ms,
        WIDTH_DEG,
        {
            "stimulus": "sequence",
            "orientations_deg": [float(o) for o in orientations_deg],
            "contrast": contrast,
            "item_ms": item_ms,
            "jitter": jitter,
            "sf_cpd": sf_cpd,
            "seed": seed,
        },
    )


def _across(orientation_deg: float) -> NDArray[np.float64]:
    """Give each pixel's distance in deg from the centre, across the stripes: (ny, nx)."""
    place = (np.arange(PIXELS) - (PIXELS - 1) / 2) * WIDTH_DEG / PIXELS
    angle = math.radians(orientation_deg)
    y = -place[:, None]  # rows go down, y goes up
    across: NDArray[np.float64] = y * math.cos(angle) - place * math.sin(angle)
    return across


def _grating(
    orientation_deg: float, contrast: float, sf_cpd: float, phases_deg: NDArray[np.float64]
) -> Frames:
    """Draw one frame a phase: (n, ny, nx)."""
    if not 0.0 < sf_cpd <= 10.0:
        msg = f"a spatial frequency is above 0 and at most 10 cycles per degree, not {sf_cpd:g}"
        raise CtloopError(msg)
    cycles = sf_cpd * _across(orientation_deg) + phases_deg[:, None, None] / 360.0
    return (0.5 + 0.5 * check_contrast(contrast) * np.cos(2.0 * np.pi * cycles)).astype(np.float32)


def _positive(what: str, value: float) -> None:
    if not 0.0 < value < math.inf:
        msg = f"{what} must be above 0, not {value:g}"
        raise CtloopError(msg)
