"""Files as stimuli: the grey levels of the field, and one clear line for what cannot be read."""

from __future__ import annotations

import errno
import os
import warnings
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from circuits.errors import CtloopError
from sims.stimuli import files
from sims.stimuli.files import from_file
from sims.stimuli.movie import PIXELS
from sims.stimuli.parse import parse


def noise(side: int = 64) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (side, side), np.uint8)


def line_for(path: Path) -> str:
    """The error about a file, which has to be one line with its path."""
    with pytest.raises(CtloopError) as caught:
        from_file(path)
    assert repr(str(path)) in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


@pytest.fixture
def picture() -> np.ndarray:
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (60, 90, 3), dtype=np.uint8)


@pytest.mark.parametrize("name", ["photo.png", "photo.jpg", "photo.npy", "photo.gif"])
def test_a_picture_of_any_kind_becomes_one_grey_frame(
    tmp_path: Path, picture: np.ndarray, name: str
) -> None:
    path = tmp_path / name
    if path.suffix == ".npy":
        np.save(path, picture[..., 0])
    else:
        Image.fromarray(picture).save(path)
    movie = parse(str(path), 0.5)
    assert movie.frames.shape == (1, PIXELS, PIXELS)
    assert movie.frames.mean() == pytest.approx(0.5, abs=1e-3)
    assert np.abs(movie.frames - 0.5).max() == pytest.approx(0.25, abs=1e-3)
    assert movie.description["file"] == name


def test_the_top_of_a_picture_stays_the_top(tmp_path: Path) -> None:
    picture = np.zeros((50, 50), np.uint8)
    picture[:10] = 255
    Image.fromarray(picture).save(tmp_path / "top.png")
    frame = from_file(tmp_path / "top.png").frames[0]
    assert frame[:20].mean() > 0.8 > 0.5 > frame[60:].mean()


def test_a_uniform_picture_is_a_grey_screen(tmp_path: Path) -> None:
    Image.fromarray(np.full((8, 8), 255, np.uint8)).save(tmp_path / "white.png")
    np.testing.assert_array_equal(from_file(tmp_path / "white.png").frames, 0.5)


def broken(folder: Path) -> dict[str, Path]:
    files = {name: folder / name for name in ("text.png", "empty.png", "half.png", "cut.npy")}
    files["text.png"].write_text("no picture")
    files["empty.png"].write_bytes(b"")
    Image.fromarray(noise()).save(files["half.png"])
    files["half.png"].write_bytes(files["half.png"].read_bytes()[:900])
    np.save(files["cut.npy"], np.zeros((9, 9)))
    files["cut.npy"].write_bytes(files["cut.npy"].read_bytes()[:300])
    arrays = {
        "pickled.npy": np.array([{"a": 1}], dtype=object),
        "words.npy": np.array(["a", "b"]),
        "line.npy": np.zeros(5),
        "none.npy": np.zeros((0, 4, 4)),
        "deep.npy": np.zeros((2, 3, 3, 9)),
        "complex.npy": np.zeros((4, 4), complex),
        "infinite.npy": np.full((4, 4), np.inf),
    }
    for name, array in arrays.items():
        files[name] = folder / name
        np.save(files[name], array, allow_pickle=True)
    return files


@pytest.mark.parametrize(
    "name",
    [
        *("text.png", "empty.png", "half.png", "cut.npy", "pickled.npy", "words.npy"),
        *("line.npy", "none.npy", "deep.npy", "complex.npy", "infinite.npy"),
    ],
)
def test_a_broken_file_is_one_clear_line_that_names_it(tmp_path: Path, name: str) -> None:
    line_for(broken(tmp_path)[name])


def test_a_folder_and_a_missing_file_are_no_stimulus(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.png"):
        with pytest.raises(CtloopError, match="no stimulus file"):
            from_file(path)


def test_the_line_says_what_to_do(tmp_path: Path) -> None:
    paths = broken(tmp_path)
    assert "save it again" in line_for(paths["empty.png"])
    assert "no picture Pillow knows" in line_for(paths["text.png"])
    assert "damaged or cut off" in line_for(paths["half.png"])
    assert "damaged or cut off" in line_for(paths["cut.npy"])
    assert "never loaded" in line_for(paths["pickled.npy"])
    assert "check the name" in line_for(tmp_path / "none.png")
    assert "a folder" in line_for(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    assert "no ordinary file" in line_for(tmp_path / "pipe.png")


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (errno.EACCES, "permission denied; make it readable"),
        (errno.EMFILE, "too many open files; raise the limit"),
        (errno.ENFILE, "too many open files in system; close some"),
        (errno.EIO, "copy it again"),
    ],
)
def test_what_the_system_refuses_is_not_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, message: str
) -> None:
    path = tmp_path / "good.png"
    Image.fromarray(noise()).save(path)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(Path, "open", refuse)
    line = line_for(path)
    assert message in line
    assert "damaged" not in line


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    path = tmp_path / "secret.png"
    Image.fromarray(noise()).save(path)
    path.chmod(0)
    assert "permission denied" in line_for(path)


def test_what_does_not_fit_into_memory_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise MemoryError

    Image.fromarray(noise()).save(tmp_path / "good.png")
    monkeypatch.setattr(files, "read_pictures", full)
    assert "memory" in line_for(tmp_path / "good.png")


@pytest.mark.parametrize("side", [1_100, 1_500])  # Pillow warns of the first, refuses the second
def test_a_picture_of_too_many_pixels_says_how_many_are_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, side: int
) -> None:
    path = tmp_path / "bomb.png"
    Image.new("1", (side, side)).save(path)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1_000_000)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "more than 1 million pixels: scale it down (160 x 160" in line_for(path)


def test_files_of_other_programs_say_how_to_save_them(tmp_path: Path) -> None:
    (tmp_path / "movie.mat").write_bytes(b"MATLAB 5.0 MAT-file")
    assert "numpy.save" in line_for(tmp_path / "movie.mat")


@pytest.mark.parametrize("name", ["clip.gif", "clip.webp", "clip.png", "clip.tif", "photo.jpg"])
def test_a_file_that_was_cut_anywhere_is_refused(tmp_path: Path, name: str) -> None:
    frames = [Image.fromarray(np.roll(noise(24), 3 * k, axis=1)) for k in range(3)]
    path = tmp_path / name
    more = {"save_all": True, "append_images": frames[1:], "duration": [50, 90, 30]}
    frames[0].save(path, **({} if path.suffix == ".jpg" else more))
    whole = path.read_bytes()
    from_file(path)
    # The last bytes of some formats are not needed to show what is in them.
    for length in range(1, len(whole) - 70, 37):
        path.write_bytes(whole[:length])
        line_for(path)


def test_the_description_says_how_long_the_movie_is(tmp_path: Path) -> None:
    frames = [Image.fromarray(np.full((8, 8), v, np.uint8)) for v in (0, 99, 200)]
    lasts = [30, 700, 1000]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:], duration=lasts)
    about = from_file(tmp_path / "a.gif").description
    assert about["frame_ms"] == lasts
    assert about["duration_ms"] == 1730.0
    assert from_file(tmp_path / "a.gif", frame_ms=20.0).description["duration_ms"] == 60.0


def test_mean_grey_is_the_mean_over_time(tmp_path: Path) -> None:
    frames = [Image.fromarray(np.full((8, 8), v, np.uint8)) for v in (0, 255)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:], duration=[300, 900])
    movie = from_file(tmp_path / "a.gif", 0.5)
    assert movie.mean == pytest.approx(0.5, abs=1e-6)
    # 3/4 of the time bright: the dark frame lies three times as far from the mean.
    assert movie.frames[:, 0, 0] == pytest.approx([0.25, 0.5 + 0.25 / 3], abs=1e-6)
