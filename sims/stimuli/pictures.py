"""Pictures and animations as a viewer shows them, decoded by Pillow."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from itertools import pairwise
from typing import IO, TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from PIL import Image

#: Formats whose pictures follow each other in time, each with its duration.
ANIMATIONS = frozenset(("GIF", "PNG", "WEBP", "AVIF", "FLI"))
#: A frame that asks for the first or less is shown for the second, as in browsers, ms.
SHORTEST_MS, INSTEAD_MS = 10.0, 100.0
#: Tags of a TIFF: what a page is for (bit 0: a smaller copy of another), and whether 0 is white.
_SUBFILE, _PHOTOMETRIC = 254, 262


def read_pictures(file: IO[bytes]) -> Footage:
    """Read a picture or an animation as a viewer shows it.

    - Time. Each frame of a GIF, APNG, WebP, AVIF or FLI lasts as long as the file says. A frame of 10 ms
      or less is shown for 100 ms, the rule browsers follow, so that the total length is what a
      player shows. The pages of a TIFF last 40 ms each.
    - Frames. Pictures of a file are frames if they follow each other in time: in the formats above
      and, all of one size, in a TIFF. Thumbnails, other resolutions, layers and an APNG's picture
      for old viewers are none.
    - Pixels. Turned as EXIF says. Behind what is transparent is mid-grey, as on the screen around
      the picture. ICC profiles, CMYK and Lab are converted to sRGB.

    Parameters
    ----------
    file : binary file
        Open for reading, at its start.

    Raises
    ------
    CtloopError
        If the picture has more pixels than Pillow opens (89 million), or a GIF has no end.
    Exception
        Whatever Pillow raises on what is no picture or damaged.
    """
    from PIL import Image

    header = file.read(26)
    file.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(file) as image:
                footage = _footage(image, header)
                if image.format == "GIF":
                    _refuse_without_end(file)
                return footage
        except (Image.DecompressionBombWarning, Image.DecompressionBombError):
            most = (Image.MAX_IMAGE_PIXELS or 0) / 1e6
            msg = f"it has more than {most:.0f} million pixels: scale it down (160 x 160 are shown)"
            raise CtloopError(msg) from None


def _footage(image: Image.Image, header: bytes) -> Footage:
    """Read the frames of an open image; `header` holds the first 26 bytes of its file."""
    which, notes = _frames_of(image)
    if len(which) > MOST_FRAMES:
        notes.append(f"only the first {MOST_FRAMES} of {len(which)} frames are shown")
    asked: list[float | None] = []
    onsets: list[float | None] = []

    def greys() -> Iterator[Grey]:
        for index in which[:MOST_FRAMES]:
            if image.format in ANIMATIONS | {"TIFF"}:
                image.seek(index)
            image.load()  # WebP and AVIF know a frame's duration only then
            asked.append(image.info.get("duration"))
            onsets.append(image.info.get("timestamp"))
            yield _grey(image, header)

    stack = central_squares(greys())
    return Footage(stack, _durations_ms(asked, onsets, image.format, notes), tuple(notes))


def _frames_of(image: Image.Image) -> tuple[list[int], list[str]]:
    """Choose which of a file's pictures are frames; say what the others are."""
    which = list(range(getattr(image, "n_frames", 1)))
    if image.format in ANIMATIONS:
        return which[bool(getattr(image, "default_image", False)) :] or which, []
    if len(which) == 1:
        return which, []
    if image.format == "TIFF":
        sizes = {}
        for index in which:
            image.seek(index)
            if not image.tag_v2.get(_SUBFILE, 0) & 1:  # type: ignore[attr-defined]
                sizes[index] = image.size
        frames = list(sizes) if len(set(sizes.values())) == 1 else [next(iter(sizes), 0)]
    else:
        frames = [0]
    if len(frames) == len(which):
        return frames, []
    return frames, [f"{len(frames)} of {len(which)} pictures shown: the others are no frames"]


def _durations_ms(
    asked: list[float | None], onsets: list[float | None], kind: str | None, notes: list[str]
) -> tuple[float, ...]:
    """Give what each frame is shown for, from what the file asks for."""
    if kind not in ANIMATIONS:
        if len(asked) > 1:
            notes.append(f"the file names no durations: {DEFAULT_FRAME_MS:g} ms a frame")
        return (DEFAULT_FRAME_MS,) * len(asked)
    lasts = [float(ms or 0.0) for ms in asked]
    starts = [float(ms) for ms in onsets if ms is not None]
    if len(starts) == len(lasts):
        # Rounded onsets do not add up their rounding; rounded durations (30 Hz in AVIF) do.
        lasts[:-1] = [b - a for a, b in pairwise(starts)]
    if len(lasts) > 1 and min(lasts) <= SHORTEST_MS:
        notes.append(f"frames of {SHORTEST_MS:g} ms or less are shown {INSTEAD_MS:g} ms")
    return tuple(ms if ms > SHORTEST_MS else INSTEAD_MS for ms in lasts)


def _grey(image: Image.Image, header: bytes) -> Grey:
    """Turn the frame an image is at into luminance."""
    from PIL import ImageOps

    see_through = image.info.get("transparency")
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith("I;16") or upright.mode in ("I", "F"):
        values = np.asarray(upright)
        if _white_is_zero(image):
            return luminance(-values.astype(np.float32))
        white = 65535.0  # "I" is 16 bits wide too wherever a grey can be transparent
        return luminance(values, None if see_through is None else values != see_through, white)
    if image.format == "PNG" and see_through is not None:
        upright.info["transparency"] = _as_8_bits(see_through, header)
    if upright.has_transparency_data:
        rgba = np.asarray(_in_srgb(upright.convert("RGBA")))
        return luminance(rgba[..., :3], rgba[..., 3].astype(np.float32) / 255, 255.0)
    coloured = upright if upright.mode in ("L", "RGB", "CMYK", "LAB") else upright.convert("RGB")
    coloured = _in_srgb(coloured)
    return luminance(np.asarray(coloured if coloured.mode == "L" else coloured.convert("RGB")))


def _white_is_zero(image: Image.Image) -> bool:
    """Whether a deep TIFF counts darkness; Pillow turns only those of 8 bits and less round."""
    tags = getattr(image, "tag_v2", {})
    return image.format == "TIFF" and tags.get(_PHOTOMETRIC) == 0


def _as_8_bits(colour: Any, header: bytes) -> Any:
    """Scale a PNG's transparent colour as its pixels are scaled to 8 bits, which Pillow omits."""
    depth = header[24]
    if isinstance(colour, int) and depth in (2, 4):
        return colour * 255 // (2**depth - 1)
    if isinstance(colour, tuple) and depth == 16:
        return tuple(value >> 8 for value in colour)
    return colour


def _in_srgb(image: Image.Image) -> Image.Image:
    """Convert by the picture's own colour profile, if it has one that works."""
    profile = image.info.get("icc_profile")
    if not profile:
        return image
    from PIL import ImageCms

    try:
        srgb = ImageCms.createProfile("sRGB")
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(image, own, srgb, outputMode=mode) or image
    except (ImportError, OSError, ImageCms.PyCMSError):
        return image


def _refuse_without_end(file: IO[bytes]) -> None:
    """Refuse a GIF that was cut between two frames, which Pillow takes for a shorter one."""
    file.seek(-min(64, file.seek(0, io.SEEK_END)), io.SEEK_END)
    if not file.read().rstrip(b"\0\r\n ").endswith(b";"):
        msg = "it ends before its last frame: copy it again, or save it anew as .gif"
        raise CtloopError(msg)
