"""Videos: the clock is that of the time stamps. PyAV is played by a stand-in: it is optional."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from circuits.errors import CtloopError
from sims.stimuli.files import from_file

TICK_S = Fraction(1, 1000)


class Frame:
    """What PyAV gives for a frame, as far as it is used."""

    time_base = TICK_S

    def __init__(self, at_ms: int | None, lasts_ms: int, rotation: int = 0) -> None:
        self.time = None if at_ms is None else at_ms / 1e3
        self.duration = lasts_ms
        self.rotation = rotation
        self.pixels = np.zeros((32, 32, 3), np.uint8)
        self.pixels[:8] = 255  # bright at the top

    def to_ndarray(self, format: str) -> np.ndarray:
        assert format == "rgb24"
        return self.pixels


class Container:
    def __init__(self, frames: list[Frame] | None) -> None:
        video = [] if frames is None else [SimpleNamespace(average_rate=Fraction(25))]
        self.streams = SimpleNamespace(video=video)
        self.frames = frames or []

    def __enter__(self) -> Container:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def decode(self, stream: object) -> Iterator[Frame]:
        assert stream is self.streams.video[0]
        return iter(self.frames)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"film")
    return path


def plays(monkeypatch: pytest.MonkeyPatch, frames: list[Frame] | None) -> None:
    av = ModuleType("av")
    av.open = lambda _path: Container(frames)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "av", av)


def test_a_film_without_the_plugin_says_what_to_install(
    film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(CtloopError, match=r"pip install av") as caught:
        from_file(film)
    assert "film.mp4" in str(caught.value)


def test_a_frame_lasts_until_the_time_stamp_of_the_next(
    film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plays(monkeypatch, [Frame(100, 33), Frame(133, 500), Frame(633, 20), Frame(653, 47)])
    movie = from_file(film)
    assert movie.frame_ms == pytest.approx((33, 500, 20, 47))
    assert movie.duration_ms == pytest.approx(600)


def test_a_film_without_time_stamps_has_its_mean_rate(
    film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plays(monkeypatch, [Frame(None, 0)] * 3)
    assert from_file(film).frame_ms == 40.0


@pytest.mark.parametrize(
    ("rotation", "bright"), [(0, "top"), (90, "left"), (-90, "right"), (180, "bottom")]
)
def test_a_film_is_turned_as_its_camera_was(
    film: Path, monkeypatch: pytest.MonkeyPatch, rotation: int, bright: str
) -> None:
    plays(monkeypatch, [Frame(0, 40, rotation)])
    frame = from_file(film).frames[0]
    edges = {
        "top": frame[:30].mean(),
        "bottom": frame[-30:].mean(),
        "left": frame[:, :30].mean(),
        "right": frame[:, -30:].mean(),
    }
    assert max(edges, key=lambda edge: edges[edge]) == bright


def test_a_long_film_is_cut_and_says_so(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sims.stimuli.video.MOST_FRAMES", 2)
    plays(monkeypatch, [Frame(0, 40), Frame(40, 40), Frame(80, 40)])
    assert "first 2 frames" in str(from_file(film).description["notes"])
    plays(monkeypatch, [Frame(0, 40), Frame(40, 40)])
    assert from_file(film).description["notes"] == []


@pytest.mark.parametrize(
    ("frames", "message"),
    [
        (None, "no video stream"),
        ([], "no picture"),
        ([Frame(0, 40), Frame(0, 40)], "do not increase"),
    ],
)
def test_a_film_that_shows_nothing_in_time_is_refused(
    film: Path, monkeypatch: pytest.MonkeyPatch, frames: list[Frame] | None, message: str
) -> None:
    plays(monkeypatch, frames)
    with pytest.raises(CtloopError, match=message):
        from_file(film)
