"""A picture or a movie of the user's as a stimulus: what kind of file it is, and what is wrong with it."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import numpy as np

from circuits.errors import CtloopError
from circuits.files import ADVICE, system_number, user_path
from sims.stimuli.arrays import read_array
from sims.stimuli.luminance import Footage, Grey
from sims.stimuli.movie import WIDTH_DEG, Movie, check_contrast
from sims.stimuli.pictures import read_pictures
from sims.stimuli.video import SUFFIXES, read_video


def from_file(path: str | Path, contrast: float = 1.0, frame_ms: float | None = None) -> Movie:
    """Show a picture or a movie from a file: png, jpg, gif, webp, avif, tiff, npy, npz, mp4 with PyAV.

    What is read how stands in `sims.stimuli.pictures`, `.arrays` and `.video`: frames last as long as
    a player shows them, and pictures look as a viewer shows them.

    Parameters
    ----------
    path : str or Path
    contrast : float
        0 to 1: the largest distance from mean grey, so that 1 uses the whole range on one side.
    frame_ms : float, optional
        Duration of every frame, above 0, instead of what the file says.

    Returns
    -------
    Movie
        Grey (BT.709 luma of the pixel values, taken as proportional to luminance), the
        central square averaged down to 160 x 160 pixels over 4 deg, mean .5 over space and time.
        At most 2,000 frames. `description` holds the durations of the frames (`frame_ms`, one
        number if all are alike) and their sum (`duration_ms`), both left out for a still picture,
        and `notes` on what was assumed or left out. A movie shorter than the run repeats, and so
        has a frequency: look at `duration_ms`.

    Raises
    ------
    CtloopError
        In one line with the path, if there is no such file or it cannot be read.
    """
    path = user_path(path)
    check_contrast(contrast)
    footage = _read(path)
    own: float | tuple[float, ...] = footage.frame_ms
    if frame_ms is not None:
        own = frame_ms
    elif len(set(footage.frame_ms)) == 1:
        own = footage.frame_ms[0]
    frames = _grey_mean(footage.frames, contrast, own)
    description: dict[str, object] = {
        "stimulus": "file",
        "file": path.name,
        "contrast": contrast,
        "frames": len(frames),
    }
    movie = Movie(frames, own, WIDTH_DEG, description)
    if len(frames) > 1:
        description["frame_ms"] = list(own) if isinstance(own, tuple) else own
        description["duration_ms"] = movie.duration_ms
    description["notes"] = list(footage.notes)
    return movie


def _read(path: Path) -> Footage:
    """Read any file; everything that can go wrong becomes one line with its path."""
    try:
        return _decoded(path)
    except CtloopError as error:
        msg = f"stimulus {str(path)!r}: {error}"
    except MemoryError:
        msg = f"stimulus {str(path)!r}: it does not fit into memory; make it smaller or shorter"
    except Exception as error:  # a decoder given a broken file may raise anything
        msg = f"stimulus {str(path)!r}: {_reason(path, error)}"
    raise CtloopError(msg)


def _decoded(path: Path) -> Footage:
    if not stat.S_ISREG(path.stat().st_mode):
        kind = "a folder" if path.is_dir() else "no ordinary file"
        msg = f"no stimulus file, but {kind}: name a picture or a movie"
        raise CtloopError(msg)
    with path.open("rb") as file:
        start = file.read(8)
        file.seek(0)
        if not start:
            msg = "it is empty (0 bytes): save it again"
            raise CtloopError(msg)
        suffix = path.suffix.lower()
        if start.startswith(b"\x93NUMPY") or suffix in (".npy", ".npz"):
            return read_array(path)
        if suffix in (".mat", ".h5", ".hdf5"):
            msg = f"{suffix} is not read: save the array with numpy.save as .npy"
            raise CtloopError(msg)
        return read_video(path) if suffix in SUFFIXES else read_pictures(file)


def _reason(path: Path, error: Exception) -> str:
    from PIL import UnidentifiedImageError

    number = system_number(error)
    if number in ADVICE:
        missing = "no stimulus file" if number == errno.ENOENT else os.strerror(number).lower()
        return f"{missing}; {ADVICE[number]}"
    if isinstance(error, UnidentifiedImageError):
        return "no picture Pillow knows, or damaged at its start; save it as .png, .gif or .npy"
    detail = (str(error) or type(error).__name__).splitlines()[0].replace(str(path), "the file")
    return f"damaged or cut off ({detail}); copy or save it again"


def _grey_mean(frames: Grey, contrast: float, frame_ms: float | tuple[float, ...]) -> Grey:
    """Bring the mean over space and time to .5 and the largest distance from it to contrast / 2."""
    if isinstance(frame_ms, tuple):
        mean = np.average(frames.mean(axis=(1, 2), dtype=np.float64), weights=frame_ms)
    else:
        mean = frames.mean(dtype=np.float64)
    away = frames - mean
    most = float(np.abs(away).max())
    if most < 1e-6 * max(1.0, float(np.abs(frames).max())):
        return np.full(frames.shape, 0.5, np.float32)  # a uniform picture is a grey screen
    frames = np.clip(0.5 + 0.5 * contrast * away / most, 0.0, 1.0)
    return frames.astype(np.float32)
