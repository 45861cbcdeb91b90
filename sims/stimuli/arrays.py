"""Pictures and movies in NumPy's files. Nothing is unpickled.

The axes of an array have no names, so an order of axes is taken only if no other can be meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits.errors import CtloopError
from sims.stimuli.luminance import (
    DEFAULT_FRAME_MS,
    MOST_FRAMES,
    Footage,
    Grey,
    central_squares,
    luminance,
)

#: The orders of axes in use: t frames, h rows (height), w columns (width), c colour.
#: Of NumPy, of MATLAB (frames last), of one picture in colour, of PyTorch (colour first).
_ORDERS = {2: ("hw",), 3: ("thw", "hwt", "hwc", "chw"), 4: ("thwc", "hwct", "tchw", "cthw")}
#: Colours an axis may hold: 3, or 4 with opacity; beside a frames axis also grey without and with it.
_COLOURS = {3: (3, 4), 4: (1, 2, 3, 4)}
#: Fewer pixels than this are no side of a picture, and no side is longer than so many of the other.
_SMALLEST_SIDE, _LONGEST = 5, 4


def read_array(path: Path) -> Footage:
    """Read a picture or a movie from an `.npy` file, or an `.npz` file with one array.

    The values are real numbers of any type, unit and offset; opacity goes to 255, 65535 or 1 in
    uint8, uint16 and float. A frame lasts 40 ms.

    Raises
    ------
    CtloopError
        If the array holds no real numbers, or no or several orders of axes fit its shape.
    """
    data = _load(path)
    order = order_of(data.shape)
    frames = np.moveaxis(data, order.index("t"), 0) if "t" in order else data[None]
    left = order.replace("t", "")
    notes = [f"axes read as {', '.join(_WORDS[axis] for axis in order)}"]
    if len(frames) > 1:
        notes.append(f"the file names no durations: {DEFAULT_FRAME_MS:g} ms a frame")
    if len(frames) > MOST_FRAMES:
        notes.append(f"only the first {MOST_FRAMES} of {len(frames)} frames are shown")
    stack = central_squares(_greys(islice(iter(frames), MOST_FRAMES), left))
    return Footage(stack, (DEFAULT_FRAME_MS,) * len(stack), tuple(notes))


_WORDS = {"t": "frames", "h": "height", "w": "width", "c": "colour"}


def order_of(shape: tuple[int, ...]) -> str:
    """Find the one order of axes a shape can be meant in.

    An order fits if its colour axis holds 3 or 4 (with frames also 1 or 2) and its pictures are
    5 pixels or more a side. If several fit, those count whose pictures are square; if none
    of them is, those whose pictures are at most 4 times as long as wide.

    Parameters
    ----------
    shape : tuple of int

    Returns
    -------
    str
        A letter an axis: t frames, h height, w width, c colour; "thw" for (10, 64, 64).

    Raises
    ------
    CtloopError
        If none or several are left. (frames, height, width, 1) and (frames, height, width, 3)
        have one meaning at any size.

    Examples
    --------
    >>> order_of((10, 64, 64)), order_of((64, 64, 10)), order_of((2, 48, 64, 3))
    ('thw', 'hwt', 'thwc')
    """
    written = "write (frames, height, width, 1) in grey or (frames, height, width, 3) in colour"
    fitting = [order for order in _ORDERS.get(len(shape), ()) if _fits(shape, order)]
    if not fitting:
        msg = f"shape {shape} is no movie of pictures of 5 x 5 pixels or more: {written}"
        raise CtloopError(msg)
    square = [order for order in fitting if _elongation(shape, order) == 1]
    usual = [order for order in fitting if _elongation(shape, order) <= _LONGEST]
    left = square or usual or fitting
    if len(left) > 1:
        readings = " or ".join(f"({', '.join(_WORDS[axis] for axis in order)})" for order in left)
        msg = f"shape {shape} can be read as {readings}: {written}"
        raise CtloopError(msg)
    return left[0]


def _fits(shape: tuple[int, ...], order: str) -> bool:
    size = dict(zip(order, shape, strict=True))
    colours = _COLOURS.get(len(shape), ())
    return (
        min(size["h"], size["w"]) >= _SMALLEST_SIDE
        and size.get("t", 1) > 0
        and ("c" not in size or size["c"] in colours)
    )


def _elongation(shape: tuple[int, ...], order: str) -> float:
    sides = [shape[order.index("h")], shape[order.index("w")]]
    return max(sides) / min(sides)


def _load(path: Path) -> NDArray[Any]:
    try:
        data = np.load(path, mmap_mode="r", allow_pickle=False)
        if isinstance(data, np.lib.npyio.NpzFile):
            with data:
                names = data.files
                if len(names) != 1:
                    msg = f"it holds {len(names)} arrays: save the one to show with numpy.save"
                    raise CtloopError(msg)
                data = data[names[0]]
    except ValueError as error:
        if "object" not in str(error).lower() and "pickle" not in str(error).lower():
            raise
        msg = "it holds Python objects, which are never loaded: save an array of numbers"
        raise CtloopError(msg) from None
    array: NDArray[Any] = data
    if array.dtype.kind == "c":
        msg = "it holds complex numbers: save their real part or their size"
        raise CtloopError(msg)
    if array.dtype.kind not in "buif":
        msg = f"it holds {array.dtype}, no real numbers: save an array of numbers"
        raise CtloopError(msg)
    if not array.size:
        msg = f"its array is empty, shape {array.shape}: save it again"
        raise CtloopError(msg)
    return array


def _greys(pictures: Iterator[NDArray[Any]], order: str) -> Iterator[Grey]:
    for picture in pictures:
        if "c" not in order:
            yield luminance(picture)
            continue
        channels = np.moveaxis(np.asarray(picture), order.index("c"), -1)
        colours = 3 if channels.shape[-1] >= 3 else 1
        colour = channels[..., :3] if colours == 3 else channels[..., 0]
        if channels.shape[-1] == colours:
            yield luminance(colour)
        else:
            white = _white(channels)
            yield luminance(colour, channels[..., -1].astype(np.float32) / white, white)


def _white(channels: NDArray[Any]) -> float:
    """Give the value of white and of full opacity."""
    known = {"uint8": 255.0, "uint16": 65535.0, "bool": 1.0}
    opacity = channels[..., -1]
    if channels.dtype.kind == "f" and opacity.min() >= 0 and opacity.max() <= 1:
        return 1.0
    if channels.dtype.name not in known:
        msg = f"opacity in {channels.dtype.name} is unclear: use uint8, floats 0 to 1, or leave it out"
        raise CtloopError(msg)
    return known[channels.dtype.name]
