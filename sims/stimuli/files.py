"""Reading a picture or a movie of the user's into a stimulus. Nothing is unpickled."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits.errors import CtloopError
from sims.stimuli.movie import PIXELS, WIDTH_DEG, Movie

VIDEOS = {".mp4", ".avi", ".mov", ".mkv", ".webm", ".m4v", ".mpg"}
MOST_FRAMES = 2_000  # 200 MB once resampled, a minute or more of most films
DEFAULT_FRAME_MS = 40.0
RGB = (0.2126, 0.7152, 0.0722)  # luminance of the primaries (ITU-R BT.709)

Grey = NDArray[np.float32]


def from_file(path: str | Path, contrast: float = 1.0, frame_ms: float | None = None) -> Movie:
    """Show a picture or a movie from a file: png, jpg, gif, npy, and mp4 with a plugin.

    Parameters
    ----------
    path : str or Path
        An image or an `.npy` array of (rows, columns), (frames, rows, columns) or (frames, rows,
        columns, 3 or 4 channels).
    contrast : float
        0 to 1: the largest distance from mean grey, so that 1 uses the whole range on one side.
    frame_ms : float, optional
        Duration of a frame. Left out: what the file says, else 40 ms.

    Returns
    -------
    Movie
        Grey (BT.709 luma; what is transparent shows mean grey), the central square
        averaged down to 160 x 160 pixels over 4 deg, mean .5 over space and time. Pixel values
        are taken as proportional to luminance. At most 2,000 frames are read.

    Raises
    ------
    CtloopError
        In one line, if there is no such file or it cannot be read.
    """
    path = Path(path)
    if not path.is_file():
        msg = f"no stimulus file {str(path)!r}"
        raise CtloopError(msg)
    if not 0.0 <= contrast <= 1.0:
        msg = f"contrast is a fraction from 0 to 1, not {contrast:g}"
        raise CtloopError(msg)
    try:
        frames, own_ms = _array(path) if path.suffix.lower() == ".npy" else _pictures(path)
    except CtloopError:
        raise
    except ImportError:
        msg = f"{path.suffix} needs a plugin, gif, png and npy do not: pip install 'imageio[pyav]'"
        raise CtloopError(msg) from None
    except Exception as error:  # a decoder given a broken file may raise anything
        reason = (str(error) or type(error).__name__).splitlines()[0]
        msg = f"cannot read the stimulus {str(path)!r}: {reason}"
        raise CtloopError(msg) from None
    description = {
        "stimulus": "file",
        "file": path.name,
        "contrast": contrast,
        "frames": len(frames),
    }
    return Movie(_grey_mean(frames, contrast), frame_ms or own_ms, WIDTH_DEG, description)


def _array(path: Path) -> tuple[Grey, float]:
    data = np.load(path, mmap_mode="r", allow_pickle=False)
    if not isinstance(data, np.ndarray) or data.dtype.kind not in "buif":
        msg = f"{str(path)!r} does not hold an array of real numbers"
        raise CtloopError(msg)
    if data.ndim not in (2, 3, 4) or not data.size or (data.ndim == 4 and data.shape[3] > 4):
        msg = f"{str(path)!r} has shape {data.shape}; a movie is (frames, rows, columns[, 3])"
        raise CtloopError(msg)
    pictures = data[None] if data.ndim == 2 else data
    return _stack(path, iter(pictures)), DEFAULT_FRAME_MS


def _pictures(path: Path) -> tuple[Grey, float]:
    import imageio.v3 as iio

    plugin = "pyav" if path.suffix.lower() in VIDEOS else "pillow"
    about = iio.immeta(path, plugin=plugin)
    options = {"mode": "RGB"} if about.get("mode") == "CMYK" else {}
    frames = _stack(path, iio.imiter(path, plugin=plugin, **options))
    if about.get("fps"):
        return frames, 1e3 / float(about["fps"])
    return frames, float(about.get("duration") or DEFAULT_FRAME_MS)


def _stack(path: Path, pictures: Iterator[NDArray[Any]]) -> Grey:
    frames = [_square(_grey(np.asarray(picture))) for picture in islice(pictures, MOST_FRAMES)]
    stack = np.stack(frames)
    if not np.isfinite(stack).all():
        msg = f"{str(path)!r} holds values that are not finite (or above 1e38)"
        raise CtloopError(msg)
    return stack


def _grey(picture: NDArray[Any]) -> Grey:
    """Turn (rows, columns[, 1 to 4 channels]) into luminance."""
    values = picture.astype(np.float32)
    if values.ndim == 2:
        return values
    channels = values.shape[2]
    colour = values[..., :3] @ np.array(RGB, np.float32) if channels >= 3 else values[..., 0]
    if channels in (2, 4):
        alpha = values[..., -1]
        top = np.float32(np.iinfo(picture.dtype).max if picture.dtype.kind in "ui" else 1.0)
        opaque = float((colour * alpha).sum() / alpha.sum()) if alpha.any() else 0.0
        colour = opaque + (colour - opaque) * alpha / top
    return np.asarray(colour, np.float32)


def _square(picture: Grey) -> Grey:
    """Cut out the central square and average it down to the field's pixels."""
    from PIL import Image

    rows, columns = picture.shape
    side = min(rows, columns)
    top, left = (rows - side) // 2, (columns - side) // 2
    cut = np.ascontiguousarray(picture[top : top + side, left : left + side])
    kind = Image.Resampling.BOX if side >= PIXELS else Image.Resampling.BILINEAR
    return np.asarray(Image.fromarray(cut).resize((PIXELS, PIXELS), kind), np.float32)


def _grey_mean(frames: Grey, contrast: float) -> Grey:
    """Bring the mean to .5 and the largest distance from it to contrast / 2."""
    away = frames - frames.mean(dtype=np.float64)
    most = float(np.abs(away).max())
    if most < 1e-6 * max(1.0, float(np.abs(frames).max())):
        return np.full(frames.shape, 0.5, np.float32)  # a uniform picture is a grey screen
    frames = np.clip(0.5 + 0.5 * contrast * away / most, 0.0, 1.0)
    return frames.astype(np.float32)
