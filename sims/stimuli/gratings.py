"""What the circuit is shown: gratings, bars, sequences, a grey screen, or a file of the user's.

Angles: `orientation_deg` is the direction the stripes or the bar run along, counterclockwise
from horizontal (0 horizontal, 90 vertical), and what moves moves towards orientation + 90 deg. A
movie shorter than the run repeats from its first frame.

Nothing here may contain 5 Hz, the rhythm under study. A static picture contains no frequency at all
and is the default. What repeats f times a second also contains 2f, 3f, ... (and a nonlinear
circuit f/2), so 2, 2.5 or 5 Hz would leak into 4-6 Hz: the moving stimuli repeat at 3.5 Hz, whose
harmonics 7, 10.5, ... and half 1.75 all miss it. Sequences have jittered durations and so no
period. A movie file has whatever frequencies it has, and a short one repeats: look at its rate.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from circuits.errors import CtloopError, UnknownName
from circuits.seeds import stream
from circuits.units import parse as quantity

WIDTH_DEG = 4.0  # wider than the retina's patch by more than a surround on each side
PIXELS = 160  # .025 deg a pixel: four pixels in the radius of a ganglion cell's centre
REPEAT_HZ = 3.5

Frames = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Movie:
    """A stimulus: luminance over space and time.

    Attributes
    ----------
    frames : array (n_frames, ny, nx), float32
        Luminance 0 to 1 with .5 the mean grey; row 0 is the top. One frame lasts for ever.
    frame_ms : float
        How long each frame is shown.
    width_deg : float
        Width in degrees of visual angle, centred on the retina's patch.
    description : mapping
        What it is, as it goes into `run.json`.
    """

    frames: Frames
    frame_ms: float
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
        if not (0.0 < self.frame_ms < math.inf and 0.0 < self.width_deg < math.inf):
            got = f"{self.frame_ms:g} ms, {self.width_deg:g} deg"
            msg = f"a frame has a duration and a width above 0, not {got}"
            raise CtloopError(msg)

    @property
    def duration_ms(self) -> float:
        """How long until it repeats."""
        return len(self.frames) * self.frame_ms


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
    frames = (0.5 + 0.5 * _contrast(contrast) * covered).astype(np.float32)
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


def parse(text: str, contrast: float = 1.0) -> Movie:
    """Read a stimulus as typed at the command line.

    "grating:45", "drifting:45@3.5Hz", "bar:90@3.5Hz", "sequence:0,45,90@700ms", "blank", or a
    file: "photo.png", "clip.gif", "frames.npy". What follows @ may be left out.

    Raises
    ------
    CtloopError
        If the word is unknown (the nearest are listed), a number cannot be read or a file cannot.
    """
    word, _, rest = text.strip().partition(":")
    name = word.casefold()
    if name in _WORDS:
        return _WORDS[name](text, rest, contrast)
    if text.strip() and (Path(text).suffix or "/" in text or Path(text).exists()):
        from sims.stimuli.files import from_file

        return from_file(text, contrast)
    raise UnknownName("stimulus", word, [*_WORDS, "a file (.png .jpg .gif .npy .mp4)"])


def _grating_of(text: str, rest: str, contrast: float) -> Movie:
    return static_grating(_number(text, rest, "deg"), contrast)


def _drifting_of(text: str, rest: str, contrast: float) -> Movie:
    angle, _, speed = rest.partition("@")
    tf_hz = _number(text, speed, "Hz") if speed else REPEAT_HZ
    return drifting_grating(_number(text, angle, "deg"), contrast, tf_hz=tf_hz)


def _bar_of(text: str, rest: str, contrast: float) -> Movie:
    angle, _, speed = rest.partition("@")
    sweep_hz = _number(text, speed, "Hz") if speed else REPEAT_HZ
    return moving_bar(_number(text, angle, "deg"), contrast, sweep_hz=sweep_hz)


def _sequence_of(text: str, rest: str, contrast: float) -> Movie:
    angles, _, lasts = rest.partition("@")
    item_ms = _number(text, lasts, "ms") if lasts else 700.0
    orientations = [_number(text, angle, "deg") for angle in angles.split(",")]
    return orientation_sequence(orientations, contrast, item_ms)


def _blank_of(text: str, rest: str, contrast: float) -> Movie:
    if rest:
        msg = f"{text!r}: a blank screen takes no number; write blank"
        raise CtloopError(msg)
    return blank()


_WORDS: dict[str, Callable[[str, str, float], Movie]] = {
    "grating": _grating_of,
    "drifting": _drifting_of,
    "bar": _bar_of,
    "sequence": _sequence_of,
    "blank": _blank_of,
}
_EXAMPLES = {"grating": "45", "drifting": "45@3.5Hz", "bar": "90", "sequence": "0,45,90"}


def _number(text: str, part: str, unit: str) -> float:
    try:
        return quantity(part, unit)
    except CtloopError as error:
        word = text.strip().partition(":")[0].casefold()
        reason = str(error).partition(";")[0]
        msg = f"stimulus {text!r}: {reason}; write for example {word}:{_EXAMPLES[word]}"
        raise CtloopError(msg) from None


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
    return (0.5 + 0.5 * _contrast(contrast) * np.cos(2.0 * np.pi * cycles)).astype(np.float32)


def _contrast(contrast: float) -> float:
    if not 0.0 <= contrast <= 1.0:
        msg = f"contrast is a fraction from 0 to 1, not {contrast:g}"
        raise CtloopError(msg)
    return contrast


def _positive(what: str, value: float) -> None:
    if not 0.0 < value < math.inf:
        msg = f"{what} must be above 0, not {value:g}"
        raise CtloopError(msg)
