"""The lab's own measurement, as the laboratory knows it. Loads nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sims.experiments.measurement import Measurement
from sims.experiments.option import option, refuse
from sims.experiments.request import Request

MOST_FRAMES = 100_000


@dataclass(frozen=True, kw_only=True)
class FramesRequest(Request):
    """How fluently the page of a run moves in time.

    Attributes
    ----------
    run : str
        A finished run folder.
    frames : int
        10 or more, for each way to move.
    picture : str or None
        Where a picture of the page is written; None writes none.
    """

    experiment: ClassVar[str] = "lab-frames"

    # Nothing is simulated.
    seed: int = 0
    lesions: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    run: str = option("runs/alternation-1", "a finished run", metavar="RUN")
    frames: int = option(300, "frames for each way to move", kind=int, metavar="N")
    picture: str | None = option(
        None, "write a picture of the page, 1280 pixels wide", metavar="FILE", usual="none",
        decides=False,
    )  # fmt: skip

    def check(self) -> None:
        """Refuse what cannot be, see `Request.check`."""
        super().check()
        if not 10 <= self.frames <= MOST_FRAMES:
            refuse("--frames", f"a whole number from 10 to {MOST_FRAMES}", self.frames)


LAB_FRAMES = Measurement(
    name="lab-frames",
    question="how fluently does the lab's page of a run move in time, in Chromium?",
    request=FramesRequest,
    run="sims.lab.frames:measure",
    examples="""\
  ctloop measure lab-frames
  ctloop measure lab-frames --run runs/alternation-1 --picture lab.png

A lab of its own serves the page to a headless Chromium of 1280 x 900 pixels, without a graphics processor. Needs
Playwright and Chromium: pip install -e '.[test]'; apt install chromium. Run it on an idle machine.""",
)
