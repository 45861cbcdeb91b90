"""The words of `--stimulus`: what a user types becomes a movie."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from circuits.errors import CtloopError, UnknownName
from circuits.files import user_path
from circuits.units import parse as quantity
from sims.stimuli.files import from_file
from sims.stimuli.gratings import (
    REPEAT_HZ,
    blank,
    drifting_grating,
    moving_bar,
    orientation_sequence,
    static_grating,
)
from sims.stimuli.movie import Movie


def parse(text: str, contrast: float = 1.0) -> Movie:
    """Read a stimulus as typed at the command line.

    "grating:45", "drifting:45@3.5Hz", "bar:90@3.5Hz", "sequence:0,45,90@700ms", "blank", or a
    file: "photo.png", "clip.gif", "frames.npy" (see `sims.stimuli.files.from_file`). What follows @
    may be left out.

    Parameters
    ----------
    text : str
    contrast : float
        0 to 1.

    Returns
    -------
    Movie

    Raises
    ------
    CtloopError
        If the word is unknown (the nearest are listed), a number cannot be read or a file cannot.
    """
    word, _, rest = text.strip().partition(":")
    name = word.casefold()
    if name in _WORDS:
        return _WORDS[name](text, rest, contrast)
    if names_file(text):
        return from_file(user_path(text), contrast)
    raise UnknownName("stimulus", word, [*_WORDS, "a file (.png .jpg .gif .npy .mp4)"])


def names_file(text: str) -> bool:
    """Tell whether a stimulus is a file: it begins with no word of a stimulus, and looks like a path."""
    if not text.strip() or text.strip().partition(":")[0].casefold() in _WORDS:
        return False
    return bool(Path(text).suffix) or "/" in text or _is_there(text)


def _is_there(text: str) -> bool:
    try:
        return user_path(text).exists()
    except (CtloopError, OSError):  # no name of a file: too long
        return False


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
