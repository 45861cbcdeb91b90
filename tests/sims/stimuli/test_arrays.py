"""Arrays: which axis is which, which numbers they may hold, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from circuits.errors import CtloopError
from sims.stimuli.arrays import order_of
from sims.stimuli.files import from_file
from sims.stimuli.movie import PIXELS


@pytest.mark.parametrize(
    ("shape", "order"),
    [
        ((64, 48), "hw"),
        ((10, 64, 64), "thw"),
        ((64, 64, 10), "hwt"),  # MATLAB
        ((1, 48, 64), "thw"),
        ((10, 48, 64), "thw"),  # a picture of 10 x 48 is none
        ((48, 64, 10), "hwt"),
        ((2, 48, 64), "thw"),
        ((100, 64, 64, 3), "thwc"),
        ((48, 64, 3, 100), "hwct"),  # MATLAB
        ((100, 3, 48, 64), "tchw"),  # PyTorch
        ((1, 48, 64, 1), "thwc"),
        ((30, 48, 64, 1), "thwc"),
        ((3, 64, 64, 3), "thwc"),
        ((3, 30, 64, 64), "cthw"),
    ],
)
def test_an_order_of_axes_is_taken_if_no_other_can_be_meant(
    shape: tuple[int, ...], order: str
) -> None:
    assert order_of(shape) == order


@pytest.mark.parametrize(
    "shape",
    [
        (30, 48, 64),  # frames first, or 64 frames of 30 x 48
        (64, 64, 64),
        (64, 64, 3),  # a picture in colour, or three frames
        (64, 48, 4),
        (3, 64, 64),
        (3, 3, 64, 64),
        (4, 48, 64),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused_with_how_to_write_it(
    shape: tuple[int, ...],
) -> None:
    with pytest.raises(CtloopError, match=r"can be read as .* or .*\(frames, height, width, 1\)"):
        order_of(shape)


@pytest.mark.parametrize("shape", [(), (5,), (4, 4), (1, 900), (3, 3, 3), (2, 3, 3, 9), (9,) * 5])
def test_what_is_no_movie_in_any_order_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(CtloopError, match="is no movie"):
        order_of(shape)


@given(st.integers(1, 99), st.integers(5, 99), st.integers(5, 99), st.sampled_from([1, 3, 4]))
def test_frames_height_width_colour_has_one_meaning_at_any_size(
    t: int, h: int, w: int, c: int
) -> None:
    assert order_of((t, h, w, c)) == "thwc"


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 2, 0)])
def test_frames_first_and_last_show_the_same(tmp_path: Path, order: tuple[int, ...]) -> None:
    frames = np.random.default_rng(0).uniform(size=(7, 40, 40))
    np.save(tmp_path / "first.npy", frames)
    np.save(tmp_path / "other.npy", frames.transpose(order))
    first, other = (from_file(tmp_path / name) for name in ("first.npy", "other.npy"))
    assert np.array_equal(first.frames, other.frames)
    assert len(other.frames) == 7
    assert "40 ms a frame" in str(other.description["notes"])


def test_an_array_of_frames_of_any_type_and_range_is_a_movie(tmp_path: Path) -> None:
    frames = np.random.default_rng(1).normal(1e5, 30.0, (5, 33, 40))
    for kind in (np.float64, np.int32):
        np.save(tmp_path / "frames.npy", frames.astype(kind))
        movie = from_file(tmp_path / "frames.npy")
        assert movie.frames.shape == (5, PIXELS, PIXELS)
        assert movie.frames.std() > 0.05


@pytest.mark.parametrize(
    "kind",
    ["?", "u1", "i1", "<u2", ">u2", "i2", "u4", "i8", "u8", "f2", "f4", ">f8", "f8", "g"],
)
def test_numbers_of_every_width_give_the_same_picture(tmp_path: Path, kind: str) -> None:
    picture = np.zeros((16, 16))
    picture[:, :8] = 1
    np.save(tmp_path / "a.npy", picture.astype(kind))
    frame = from_file(tmp_path / "a.npy").frames[0]
    assert frame[0, [10, 150]] == pytest.approx([1.0, 0.0], abs=1e-6)


def test_values_below_zero_are_darker_than_those_above(tmp_path: Path) -> None:
    picture = np.full((16, 16), -0.5)
    picture[:, :8] = 0.5
    np.save(tmp_path / "contrast.npy", picture)
    assert from_file(tmp_path / "contrast.npy").frames[0, 0, [10, 150]] == pytest.approx(
        [1, 0], abs=1e-6
    )


def test_opacity_puts_the_picture_on_mid_grey(tmp_path: Path) -> None:
    pixels = np.zeros((1, 16, 16, 4))
    pixels[..., :6, :] = 1.0
    pixels[..., 6:10, 3] = 1.0
    for array in (pixels, (255 * pixels).astype(np.uint8), (65535 * pixels).astype(np.uint16)):
        np.save(tmp_path / "a.npy", array)
        frame = from_file(tmp_path / "a.npy").frames[0]
        bright, dark, behind = frame[0, [10, 80, 150]]
        assert behind - dark == pytest.approx(bright - behind, abs=1e-4)
        assert bright > behind > dark


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros((8, 8), complex), "complex"),
        (np.array([{"a": 1}], dtype=object), "never loaded"),
        (np.array([["a", "b"]]), "no real numbers"),
        (np.zeros((8, 8), "M8[s]"), "no real numbers"),
        (np.zeros((8, 8), [("r", "u1")]), "no real numbers"),
        (np.zeros((0, 8, 8)), "empty"),
        (np.full((8, 8), np.nan), "not finite"),
        (np.where(np.eye(8) > 0, -np.inf, 0.0), "not finite"),
        (np.full((8, 8), 1e300), "not finite"),
        (np.full((1, 8, 8, 4), 200.0), "opacity"),
        (np.zeros((1, 8, 8, 4), np.int32), "opacity"),
        (np.zeros((30, 48, 64)), "can be read as"),
    ],
)
def test_what_is_no_luminance_is_refused_in_one_line(
    tmp_path: Path, array: np.ndarray, message: str
) -> None:
    path = tmp_path / "array.npy"
    np.save(path, array, allow_pickle=True)
    with pytest.raises(CtloopError, match=message) as caught:
        from_file(path)
    assert repr(str(path)) in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_zip_of_one_array_is_read_and_one_of_two_is_not(tmp_path: Path) -> None:
    frames = np.random.default_rng(0).uniform(size=(3, 32, 20))
    np.savez_compressed(tmp_path / "one.npz", frames=frames[:2])
    assert len(from_file(tmp_path / "one.npz").frames) == 2
    np.savez(tmp_path / "two.npz", a=frames, b=frames)
    with pytest.raises(CtloopError, match="2 arrays"):
        from_file(tmp_path / "two.npz")
    np.savez(tmp_path / "pickled.npz", a=np.array([{"a": 1}], dtype=object))
    with pytest.raises(CtloopError, match="never loaded"):
        from_file(tmp_path / "pickled.npz")


def test_a_long_array_is_cut_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sims.stimuli.arrays.MOST_FRAMES", 3)
    np.save(tmp_path / "long.npy", np.random.default_rng(0).uniform(size=(9, 20, 20)))
    movie = from_file(tmp_path / "long.npy")
    assert len(movie.frames) == 3
    assert "only the first 3 of 9 frames" in str(movie.description["notes"])
