"""What the circuit is shown, and what it refuses to be shown."""

from __future__ import annotations

from pathlib import Path

import imageio.v3 as iio
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circuits.errors import CtloopError, UnknownName
from sims.stimuli import gratings as stimuli
from sims.stimuli.movie import Movie, PIXELS, WIDTH_DEG
from sims.stimuli.parse import parse
from sims.stimuli.files import from_file


def along_and_across(frame: np.ndarray) -> tuple[float, float]:
    """Standard deviation along the rows (horizontally) and along the columns."""
    return float(frame.std(axis=1).mean()), float(frame.std(axis=0).mean())


@given(
    orientation=st.floats(-360.0, 360.0), contrast=st.floats(0.0, 1.0), phase=st.floats(0.0, 360.0)
)
@settings(max_examples=30, deadline=None)
def test_a_grating_is_mean_grey_and_as_deep_as_its_contrast(
    orientation: float, contrast: float, phase: float
) -> None:
    movie = stimuli.static_grating(orientation, contrast, phase_deg=phase)
    assert movie.frames.shape == (1, PIXELS, stimuli.PIXELS)
    assert movie.frames.mean() == pytest.approx(0.5, abs=0.02)
    assert np.ptp(movie.frames) == pytest.approx(contrast, abs=0.03)


def test_orientation_is_where_the_stripes_run_counterclockwise_from_horizontal() -> None:
    horizontal = stimuli.static_grating(0.0).frames[0]
    vertical = stimuli.static_grating(90.0).frames[0]
    assert along_and_across(horizontal)[0] < 1e-6 < along_and_across(horizontal)[1]
    assert along_and_across(vertical)[1] < 1e-6 < along_and_across(vertical)[0]
    up_right = stimuli.static_grating(45.0, phase_deg=20.0).frames[0]  # row 0 is the top
    np.testing.assert_allclose(up_right[1:, :-1], up_right[:-1, 1:], atol=1e-5)


def test_a_drifting_grating_moves_towards_orientation_plus_ninety_and_closes_its_cycle() -> None:
    up = stimuli.drifting_grating(0.0)
    column = up.frames[:, :, 0]
    period = PIXELS / (stimuli.WIDTH_DEG * 2.0)  # pixels, at 2 cycles/deg
    shift = round(period / 4)
    quarter = len(column) // 4
    np.testing.assert_allclose(column[quarter, :-shift], column[0, shift:], atol=1e-5)
    assert up.duration_ms == pytest.approx(1e3 / stimuli.REPEAT_HZ)


def test_a_bar_crosses_the_field_and_returns() -> None:
    movie = stimuli.moving_bar(90.0, 0.5)
    assert movie.frames.max() == pytest.approx(0.75)
    assert movie.frames.min() == 0.5
    bright = (movie.frames > 0.6).any(axis=1)  # (frames, columns)
    assert bright.any(axis=0).all()
    lit = movie.frames.sum(axis=(1, 2))
    np.testing.assert_allclose(lit, lit[0], rtol=0.01)  # never gone, never twice


def test_no_default_repeats_at_five_hz_or_has_a_harmonic_or_half_there() -> None:
    multiples = stimuli.REPEAT_HZ * np.array([0.5, *range(1, 20)])
    assert not ((multiples > 3.9) & (multiples < 6.1)).any()


def test_a_sequence_shows_each_orientation_for_times_that_vary() -> None:
    movie = stimuli.orientation_sequence([0.0, 90.0], item_ms=500.0)
    changes = np.flatnonzero(
        np.abs(np.diff(movie.frames[:, 0::7, 0::5], axis=0)).max((1, 2)) > 1e-3
    )
    lasts_ms = np.diff(changes) * movie.frame_ms
    assert movie.duration_ms >= 20_000.0
    assert lasts_ms.mean() == pytest.approx(500.0, rel=0.15)
    assert 225.0 <= lasts_ms.min() <= lasts_ms.max() <= 775.0
    assert lasts_ms.std() > 80.0
    same = stimuli.orientation_sequence([0.0, 90.0], item_ms=500.0)
    np.testing.assert_array_equal(movie.frames, same.frames)


@pytest.mark.parametrize(
    ("text", "kind", "frames"),
    [
        ("grating:45", "grating", 1),
        ("Grating:45deg", "grating", 1),
        ("drifting:45@3Hz", "drifting", 24),
        ("drifting:-30", "drifting", 24),
        ("bar:90", "bar", 48),
        ("bar:90@3.1Hz", "bar", 48),
        ("blank", "blank", 1),
    ],
)
def test_the_command_line_names_a_stimulus(text: str, kind: str, frames: int) -> None:
    movie = parse(text, 0.5)
    assert movie.description["stimulus"] == kind
    assert len(movie.frames) == frames


def test_the_command_line_passes_numbers_on() -> None:
    about = parse("drifting:30@3Hz", 0.25).description
    assert (about["orientation_deg"], about["tf_hz"], about["contrast"]) == (30.0, 3.0, 0.25)
    about = parse("sequence:0,45,90@0.4s", 0.25).description
    assert (about["orientations_deg"], about["item_ms"]) == ([0.0, 45.0, 90.0], 400.0)


def test_an_unknown_word_lists_the_nearest() -> None:
    with pytest.raises(UnknownName, match="grating"):
        parse("gratting:45")


@pytest.mark.parametrize(
    "text",
    [
        "grating",
        "grating:",
        "grating:up",
        "grating:45Hz",
        "grating:nan",
        "drifting:45@0Hz",
        "drifting:45@fast",
        "bar:90@-1Hz",
        "sequence:",
        "sequence:0,,90",
        "sequence:0,90@1ms",
        "blank:3",
        "nowhere.png",
        "no/such/file",
        "",
    ],
)
def test_a_stimulus_that_cannot_be_read_is_one_clear_line(text: str) -> None:
    with pytest.raises(CtloopError) as caught:
        parse(text)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("contrast", [-0.1, 1.1, float("nan")])
def test_contrast_is_a_fraction(contrast: float) -> None:
    with pytest.raises(CtloopError, match="contrast"):
        stimuli.static_grating(0.0, contrast)


@pytest.mark.parametrize(
    "frames",
    [
        np.zeros((4, 4), np.float32),
        np.zeros((0, 4, 4), np.float32),
        np.zeros((1, 4, 4)),
        np.full((1, 4, 4), 1.5, np.float32),
        np.full((1, 4, 4), np.nan, np.float32),
    ],
)
def test_what_is_no_luminance_is_no_movie(frames: np.ndarray) -> None:
    with pytest.raises(CtloopError):
        Movie(frames, 10.0)


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
        iio.imwrite(path, picture)
    movie = parse(str(path), 0.5)
    assert movie.frames.shape == (1, PIXELS, stimuli.PIXELS)
    assert movie.frames.mean() == pytest.approx(0.5, abs=1e-3)
    assert np.abs(movie.frames - 0.5).max() == pytest.approx(0.25, abs=1e-3)
    assert movie.description["file"] == name


def test_the_top_of_a_picture_stays_the_top(tmp_path: Path) -> None:
    picture = np.zeros((50, 50), np.uint8)
    picture[:10] = 255
    iio.imwrite(tmp_path / "top.png", picture)
    frame = from_file(tmp_path / "top.png").frames[0]
    assert frame[:20].mean() > 0.8 > 0.5 > frame[60:].mean()


def test_a_gif_keeps_its_frames_and_their_duration(tmp_path: Path) -> None:
    frames = np.stack([np.full((20, 20), v, np.uint8) for v in (0, 120, 250)])
    iio.imwrite(tmp_path / "clip.gif", frames, duration=70)
    movie = from_file(tmp_path / "clip.gif")
    assert len(movie.frames) == 3
    assert movie.frame_ms == pytest.approx(70.0)
    assert (np.diff(movie.frames.mean((1, 2))) > 0.1).all()
    assert from_file(tmp_path / "clip.gif", frame_ms=20.0).frame_ms == 20.0


def test_an_array_of_frames_of_any_type_and_range_is_a_movie(tmp_path: Path) -> None:
    frames = np.random.default_rng(1).normal(1e5, 30.0, (5, 33, 40))
    for kind in (np.float64, np.int32):
        np.save(tmp_path / "frames.npy", frames.astype(kind))
        movie = from_file(tmp_path / "frames.npy")
        assert movie.frames.shape == (5, PIXELS, stimuli.PIXELS)
        assert movie.frames.std() > 0.05


def test_a_uniform_picture_is_a_grey_screen(tmp_path: Path) -> None:
    iio.imwrite(tmp_path / "white.png", np.full((8, 8), 255, np.uint8))
    np.testing.assert_array_equal(from_file(tmp_path / "white.png").frames, 0.5)


def test_what_is_transparent_is_grey(tmp_path: Path) -> None:
    picture = np.zeros((160, 160, 4), np.uint8)
    picture[:, :40] = [255, 255, 255, 255]
    picture[:, 40:80] = [0, 0, 0, 255]
    iio.imwrite(tmp_path / "logo.png", picture)
    frame = from_file(tmp_path / "logo.png").frames[0]
    np.testing.assert_allclose(frame[0, [10, 60, 120]], [1.0, 0.0, 0.5], atol=1e-3)


def broken(folder: Path) -> dict[str, Path]:
    files = {name: folder / name for name in ("text.png", "empty.png", "half.png", "cut.npy")}
    files["text.png"].write_text("no picture")
    files["empty.png"].write_bytes(b"")
    iio.imwrite(files["half.png"], np.random.default_rng(0).integers(0, 256, (64, 64), np.uint8))
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
    with pytest.raises(CtloopError) as caught:
        from_file(broken(tmp_path)[name])
    assert name in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_film_without_the_plugin_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without(*_: object, **__: object) -> None:
        raise ImportError("no av")

    (tmp_path / "film.mp4").write_bytes(b"film")
    monkeypatch.setattr(iio, "immeta", without)
    with pytest.raises(CtloopError, match=r"pip install 'imageio\[pyav\]'"):
        from_file(tmp_path / "film.mp4")


def test_a_folder_and_a_missing_file_are_no_stimulus(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.png"):
        with pytest.raises(CtloopError, match="no stimulus file"):
            from_file(path)
