"""Pictures and animations look and last as a viewer and a player show them."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, features

from sims.stimuli.files import from_file
from sims.stimuli.luminance import Footage
from sims.stimuli.pictures import read_pictures

#: Format, and how to save it without loss.
CLIPS = {
    "GIF": {},
    "PNG": {},
    "WEBP": {"lossless": True},
    "AVIF": {"quality": 100},
}


def needs(kind: str) -> None:
    if kind in ("WEBP", "AVIF") and not features.check(kind.lower()):
        pytest.skip(f"this Pillow was built without {kind}")


def flat(value: float, side: int = 16) -> Image.Image:
    return Image.fromarray(np.full((side, side), value, np.uint8))


def saved(image: Image.Image, kind: str, **options: object) -> io.BytesIO:
    file = io.BytesIO()
    image.save(file, kind, **options)
    file.seek(0)
    return file


def clip(kind: str, lasts_ms: list[int], **more: object) -> Footage:
    """Frames from dark to bright, each with its own duration."""
    needs(kind)
    frames = [flat(v) for v in np.linspace(0, 250, len(lasts_ms)).astype(int)]
    options = {"save_all": True, "append_images": frames[1:], "duration": lasts_ms}
    return read_pictures(saved(frames[0], kind, **options, **CLIPS[kind], **more))


# --- time ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", CLIPS)
def test_every_frame_lasts_as_long_as_the_file_says(kind: str) -> None:
    found = clip(kind, [30, 500, 1200, 40])
    assert found.frame_ms == (30.0, 500.0, 1200.0, 40.0)
    assert (np.diff(found.frames.mean((1, 2))) > 50).all()


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
@settings(deadline=None, max_examples=25)
@given(lasts=st.lists(st.integers(2, 400), min_size=1, max_size=8))
def test_any_durations_read_back_as_written(kind: str, lasts: list[int]) -> None:
    lasts = [10 * ms for ms in lasts]  # a GIF counts in hundredths of a second
    found = clip(kind, lasts)
    if len(lasts) > 1:
        assert sum(found.frame_ms) == pytest.approx(sum(lasts), abs=1e-6)
        assert found.frame_ms == pytest.approx(lasts, abs=1e-6)
    assert len(found.frame_ms) == len(found.frames) == len(lasts)


def test_a_film_of_30_frames_a_second_in_avif_is_not_a_hundredth_shorter() -> None:
    found = clip("AVIF", [33, 34, 33] * 10)
    assert sum(found.frame_ms) == pytest.approx(1000.0, abs=1.0)


@pytest.mark.parametrize("kind", CLIPS)
def test_frames_of_no_duration_are_shown_100_ms_as_in_browsers(kind: str) -> None:
    if kind == "AVIF":
        pytest.skip("Pillow writes no AVIF whose frames have no duration")
    found = clip(kind, [0, 10, 20])
    assert found.frame_ms == (100.0, 100.0, 20.0)
    assert "shown 100 ms" in found.notes[0]


def test_a_gif_keeps_its_frames_and_their_duration(tmp_path: Path) -> None:
    frames = [flat(v, 20) for v in (0, 120, 250)]
    frames[0].save(tmp_path / "clip.gif", save_all=True, append_images=frames[1:], duration=70)
    movie = from_file(tmp_path / "clip.gif")
    assert len(movie.frames) == 3
    assert movie.frame_ms == pytest.approx(70.0)
    assert (np.diff(movie.frames.mean((1, 2))) > 0.1).all()
    assert from_file(tmp_path / "clip.gif", frame_ms=20.0).frame_ms == 20.0


def test_what_old_viewers_show_of_an_apng_is_no_frame() -> None:
    needs("PNG")
    options = {"save_all": True, "append_images": [flat(9), flat(99)], "duration": [300, 500]}
    found = read_pictures(saved(flat(255), "PNG", default_image=True, **options))
    assert found.frame_ms == (300.0, 500.0)
    assert found.frames[:, 0, 0] == pytest.approx([9, 99])


def test_a_long_animation_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sims.stimuli.pictures.MOST_FRAMES", 3)
    found = clip("GIF", [40] * 5)
    assert len(found.frames) == 3
    assert found.notes == ("only the first 3 of 5 frames are shown",)


# --- which pictures of a file are frames ---------------------------------------------------------


def test_pages_of_one_size_are_frames_of_40_ms() -> None:
    pages = {"save_all": True, "append_images": [flat(99), flat(200)]}
    found = read_pictures(saved(flat(9), "TIFF", **pages))
    assert found.frame_ms == (40.0, 40.0, 40.0)
    assert found.frames[:, 0, 0] == pytest.approx([9, 99, 200])
    assert "40 ms a frame" in found.notes[0]


def test_pages_of_other_sizes_are_no_frames() -> None:
    pages = {"save_all": True, "append_images": [flat(99, 8), flat(200, 32)]}
    found = read_pictures(saved(flat(9), "TIFF", **pages))
    assert found.frames[:, 0, 0] == pytest.approx([9])
    assert found.notes == ("1 of 3 pictures shown: the others are no frames",)


def test_a_smaller_copy_of_a_page_is_no_frame() -> None:
    reduced = flat(99)
    reduced.encoderinfo = {"tiffinfo": {254: 1}}
    pages = {"save_all": True, "append_images": [reduced]}
    found = read_pictures(saved(flat(9), "TIFF", **pages))
    assert found.frames[:, 0, 0] == pytest.approx([9])


def test_the_second_picture_of_a_camera_is_no_frame() -> None:
    found = read_pictures(saved(flat(9), "MPO", save_all=True, append_images=[flat(200)]))
    assert found.frames[:, 0, 0] == pytest.approx([9], abs=2)
    assert found.notes == ("1 of 2 pictures shown: the others are no frames",)


# --- pixels --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "AVIF"])
@pytest.mark.parametrize(
    ("orientation", "bright"),
    [
        (1, "top"),
        (3, "bottom"),
        (4, "bottom"),
        (5, "left"),
        (6, "right"),
        (7, "right"),
        (8, "left"),
    ],
)
def test_a_picture_is_turned_as_exif_says(kind: str, orientation: int, bright: str) -> None:
    needs(kind)
    pixels = np.zeros((64, 64, 3), np.uint8)
    pixels[:16] = 255
    exif = Image.Exif()
    exif[274] = orientation
    frame = read_pictures(saved(Image.fromarray(pixels), kind, exif=exif)).frames[0]
    edges = {
        "top": frame[:30].mean(),
        "bottom": frame[-30:].mean(),
        "left": frame[:, :30].mean(),
        "right": frame[:, -30:].mean(),
    }
    assert max(edges, key=lambda edge: edges[edge]) == bright


def test_stripes_of_a_picture_taken_upright_stand_upright() -> None:
    stripes = np.zeros((40, 60), np.uint8)
    stripes[::8] = stripes[1::8] = stripes[2::8] = stripes[3::8] = 255  # run along the rows
    exif = Image.Exif()
    exif[274] = 6
    frame = read_pictures(saved(Image.fromarray(stripes), "PNG", exif=exif)).frames[0]
    assert frame.std(axis=0).max() < 1e-3 < frame.std(axis=1).min()


def test_what_is_transparent_is_grey(tmp_path: Path) -> None:
    picture = np.zeros((160, 160, 4), np.uint8)
    picture[:, :40] = [255, 255, 255, 255]
    picture[:, 40:80] = [0, 0, 0, 255]
    Image.fromarray(picture).save(tmp_path / "logo.png")
    frame = from_file(tmp_path / "logo.png").frames[0]
    np.testing.assert_allclose(frame[0, [10, 60, 120]], [1.0, 0.0, 0.5], atol=1e-3)


def test_a_black_shape_on_nothing_is_seen() -> None:
    shape = np.zeros((16, 16, 4), np.uint8)
    shape[:, :8, 3] = 255
    frame = read_pictures(saved(Image.fromarray(shape), "PNG")).frames[0]
    assert frame[0, [10, 150]] == pytest.approx([0, 127.5])


def png(depth: int, kind: int, pixels: bytes, width: int, see_through: bytes) -> io.BytesIO:
    """A PNG of one row, repeated, written by hand: Pillow writes no such depths."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", width, width, depth, kind, 0, 0, 0)
    return io.BytesIO(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"tRNS", see_through)
        + chunk(b"IDAT", zlib.compress((b"\0" + pixels) * width)) + chunk(b"IEND", b"")
    )  # fmt: skip


@pytest.mark.parametrize(
    ("depth", "kind", "pixels", "see_through", "grey"),
    [
        (1, 0, b"\xf0", struct.pack(">H", 1), [127.5, 0]),
        (2, 0, bytes([0b10101010, 0b01010101]), struct.pack(">H", 2), [127.5, 85]),
        (4, 0, bytes.fromhex("55556666"), struct.pack(">H", 5), [127.5, 102]),
        (8, 0, bytes([7] * 4 + [9] * 4), struct.pack(">H", 7), [127.5, 9]),
        (16, 0, struct.pack(">8H", *[300] * 4, *[400] * 4), struct.pack(">H", 300), [32767.5, 400]),
        (8, 2, bytes([7, 8, 9] * 4 + [9] * 12), struct.pack(">3H", 7, 8, 9), [127.5, 9]),
        (
            16, 2, struct.pack(">24H", *[0x1234] * 12, *[0x5600] * 12),
            struct.pack(">3H", 0x1234, 0x1234, 0x1234), [127.5, 0x56],
        ),
    ],
    ids=["1 bit", "2 bits", "4 bits", "8 bits", "16 bits", "RGB", "RGB of 16 bits"],
)  # fmt: skip
def test_a_colour_that_a_png_calls_transparent_is_mid_grey(
    depth: int, kind: int, pixels: bytes, see_through: bytes, grey: list[float]
) -> None:
    frame = read_pictures(png(depth, kind, pixels, 8, see_through)).frames[0]
    assert frame[0, [5, 155]] == pytest.approx(grey, abs=1e-3)


def test_a_palette_with_a_transparent_entry_is_mid_grey_there() -> None:
    image = Image.fromarray(np.repeat([[0, 1]], 8, axis=1).repeat(16, axis=0).astype(np.uint8), "P")
    image.putpalette([10, 20, 30, 200, 200, 200])
    for kind in ("PNG", "GIF"):
        frame = read_pictures(saved(image, kind, transparency=0)).frames[0]
        assert frame[0, [5, 155]] == pytest.approx([127.5, 200], abs=0.5)


@pytest.mark.parametrize("kind", ["RGB", "P", "RGBA"])
def test_luminance_is_that_of_bt709_whatever_the_format(kind: str) -> None:
    pixels = np.zeros((30, 30, 3), np.uint8)
    pixels[:, :10, 0] = pixels[:, 10:20, 1] = pixels[:, 20:, 2] = 255
    frame = read_pictures(saved(Image.fromarray(pixels).convert(kind), "PNG")).frames[0]
    expected = 255 * np.array([0.2126, 0.7152, 0.0722])
    assert frame[0, [20, 80, 140]] == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize("kind", ["1", "I;16", "I;16B", "F", "I", "CMYK", "LAB", "YCbCr"])
def test_bright_is_bright_in_every_kind_of_pixel(kind: str) -> None:
    ramp = np.tile(np.linspace(0, 1, 32, dtype=np.float32), (32, 1))
    if kind == "F":
        image, white = Image.fromarray(ramp), 1.0
    elif kind in ("I;16", "I;16B", "I"):
        image = Image.fromarray((ramp * 65535).astype({"I": np.int32}.get(kind, np.uint16)))
        white = 65535.0
    else:
        grey = Image.fromarray((ramp * 255).astype(np.uint8))
        image = grey.convert("1" if kind == "1" else "RGB").convert(kind)
        white = 255.0
    frame = read_pictures(saved(image, "TIFF")).frames[0] / white
    if kind == "1":
        assert frame[:, -20:].mean() > 0.8 > 0.2 > frame[:, :20].mean()
    else:
        assert frame[0] == pytest.approx(np.linspace(0, 1, 160), abs=0.03)


def test_a_deep_tiff_that_counts_darkness_is_turned_round() -> None:
    ramp = np.tile(np.linspace(0, 65535, 32).astype(np.uint16), (32, 1))
    file = saved(Image.fromarray(ramp), "TIFF", tiffinfo={262: 0})
    assert Image.open(file).tag_v2[262] == 0
    file.seek(0)
    frame = read_pictures(file).frames[0]
    assert (np.diff(frame[0]) <= 0).all()
    assert np.ptp(frame) > 6e4


def test_a_colour_profile_is_heeded_and_a_broken_one_is_not() -> None:
    def shown(profile: bytes | None) -> float:
        image = Image.fromarray(np.full((16, 16, 3), 128, np.uint8))
        return float(read_pictures(saved(image, "PNG", icc_profile=profile)).frames[0, 0, 0])

    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    steeper = bytearray(srgb)
    for at in range(len(srgb) - 16):
        if srgb[at : at + 4] == b"para":
            steeper[at + 12 : at + 16] = struct.pack(">I", 0x00018000)  # exponent 1.5 for 2.4
    assert shown(None) == pytest.approx(128)
    assert shown(srgb) == pytest.approx(128, abs=1)
    assert shown(bytes(steeper)) > 150
    assert shown(b"no profile") == pytest.approx(128)
