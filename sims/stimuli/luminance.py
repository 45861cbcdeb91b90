"""From the pixels of a file to luminance on the square field the retina looks at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits.errors import CtloopError
from sims.stimuli.movie import PIXELS

#: Luminance of the red, green and blue primaries (ITU-R BT.709).
RGB = (0.2126, 0.7152, 0.0722)
#: Frames that are read of one file: 200 MB, and a minute or more of most films.
MOST_FRAMES = 2_000
#: Duration of a frame where the file names none, ms.
DEFAULT_FRAME_MS = 40.0

Grey = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Footage:
    """What was read of a file.

    Attributes
    ----------
    frames : array (n, PIXELS, PIXELS), float32
        Luminance in the unit of the file.
    frame_ms : tuple of n floats
        How long each frame is shown.
    notes : tuple of str
        What a user should know of the reading: what was assumed, what was left out.
    """

    frames: Grey
    frame_ms: tuple[float, ...]
    notes: tuple[str, ...] = ()


def luminance(
    colour: NDArray[Any], opacity: NDArray[Any] | None = None, white: float = 1.0
) -> Grey:
    """Turn one picture into luminance, 0.2126 R + 0.7152 G + 0.0722 B (ITU-R BT.709).

    Parameters
    ----------
    colour : array (rows, columns) or (rows, columns, 3)
        Grey, or red, green and blue; taken as proportional to luminance.
    opacity : array (rows, columns), optional
        0 transparent to 1 opaque. Behind the picture is mid-grey, as on the screen around it.
    white : float
        The value of white; half of it is mid-grey.

    Returns
    -------
    array (rows, columns), float32
    """
    with np.errstate(over="ignore"):  # what is above 1e38 becomes infinite and is refused
        values = colour.astype(np.float32)
    if values.ndim == 3:
        values = values @ np.array(RGB, np.float32)
    if opacity is not None:
        values = white / 2 + (values - white / 2) * opacity
    return np.asarray(values, np.float32)


def central_squares(pictures: Iterable[Grey]) -> Grey:
    """Cut the central square out of each picture and average it down to the field's pixels.

    Returns
    -------
    array (n, PIXELS, PIXELS), float32

    Raises
    ------
    CtloopError
        If there is no picture, or a value is not finite.
    """
    squares = [_central_square(picture) for picture in pictures]
    if not squares:
        msg = "it holds no picture"
        raise CtloopError(msg)
    stack = np.stack(squares)
    if not np.isfinite(stack).all():
        msg = "it holds values that are not finite (NaN, infinite or above 1e38): replace them"
        raise CtloopError(msg)
    return stack


def _central_square(picture: Grey) -> Grey:
    from PIL import Image

    rows, columns = picture.shape
    side = min(rows, columns)
    top, left = (rows - side) // 2, (columns - side) // 2
    cut = np.ascontiguousarray(picture[top : top + side, left : left + side])
    kind = Image.Resampling.BOX if side >= PIXELS else Image.Resampling.BILINEAR
    return np.asarray(Image.fromarray(cut).resize((PIXELS, PIXELS), kind), np.float32)
