"""How fluently the page of a run moves in time: the intervals between frames of a headless Chromium."""

from __future__ import annotations

import io
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np

from circuits.errors import CtloopError
from circuits.files import user_path
from circuits.runs.store import read_meta
from circuits.runs.whole_file import write_whole
from sims.lab.browser import READY, chromium
from sims.lab.declaration import FramesRequest
from sims.lab.jobs import PROGRAM, environment
from sims.lab.plots.window import CUT
from sims.report.result_table import Cell, ResultTable

if TYPE_CHECKING:
    from sims.report.progress import Progress

SIZE = {"width": 1280, "height": 900}
SETTLED_MS = 1500
#: A picture shows a little more.
PICTURE = {"width": 1280, "height": 1045}
#: Movements, each the start and the length of the window (s) as share q of it goes from 0 to 1.
MOVEMENTS = {
    "scrub the whole run in a window of 1.5 s": "[low + q * (high - low - 1.5), 1.5]",
    "zoom from 1.5 s out to the whole run and back": "[low, 1.5 + (high - low - 1.5) * (1 - Math.abs(1 - 2 * q))]",
    "all spikes in view, to and fro": "[low + 0.02 * (high - low) * (1 - Math.abs(1 - 2 * q)), 0.98 * (high - low)]",
}
#: Move the axis of time once a frame, and give the intervals between frames (ms).
MOVE = """async ([movement, frames]) => {
    const time = [...Bokeh.documents[0]._all_models.values()].find(one => one.name === "time");
    const [low, high] = time.bounds, at = new Function("low", "high", "q", `return ${movement}`);
    const intervals = [];
    let last = null;
    await new Promise(done => {
        const step = now => {
            if (last !== null) intervals.push(now - last);
            last = now;
            if (intervals.length >= frames) return done();
            const [start, span] = at(low, high, intervals.length / frames);
            time.setv({start: start, end: start + span});
            requestAnimationFrame(step);
        };
        requestAnimationFrame(step);
    });
    return intervals;
}"""
#: Spikes that the page holds.
SPIKES = """name => [...Bokeh.documents[0]._all_models.values()]
    .filter(one => one.name === name && one.tags[3] > 0)
    .reduce((sum, one) => sum + one.tags[0].data.x.length, 0)"""


def measure(request: FramesRequest, progress: Progress) -> ResultTable:
    """Open the page of a run and move it in time.

    Parameters
    ----------
    request : FramesRequest
    progress : Progress

    Returns
    -------
    ResultTable
        One row a movement: median, 95th percentile and longest interval between frames, ms.

    Raises
    ------
    CtloopError
        If there is no such run, no Playwright or no Chromium.
    """
    run = user_path(request.run)
    rows: list[tuple[Cell, ...]] = []
    read_meta(run)
    progress.stage("movements", float(len(MOVEMENTS)))
    with lab_of(run.parent) as address, chromium() as browser:
        page = browser.new_page(viewport=SIZE)
        page.goto(f"{address}&view=look&a={quote(run.name)}")
        page.wait_for_selector(READY, state="attached")
        page.wait_for_timeout(SETTLED_MS)
        if request.picture is not None:
            write_picture(page, user_path(request.picture))
        spikes = int(page.evaluate(SPIKES, CUT))
        for name, movement in MOVEMENTS.items():
            intervals = np.array(page.evaluate(MOVE, [movement, request.frames]))
            found = (round(float(q), 1) for q in np.quantile(intervals, [0.5, 0.95, 1.0]))
            rows.append((name, spikes, len(intervals), *found))
            progress.update("movements", float(len(rows)))
        version = browser.version
    progress.done("movements")
    load = os.getloadavg()[0]
    return ResultTable(
        title=f"Frames of the lab's page, Chromium {version}, {SIZE['width']} x {SIZE['height']} pixels",
        heads=("movement", "spikes", "frames", "median (ms)", "95 % (ms)", "longest (ms)"),
        rows=tuple(rows),
        notes=(
            "Intervals between frames while the axis of time moves once a frame; 16.7 ms is 60 frames a second, "
            f"the most there is. Drawn by the processor alone; the machine's load at the end was {load:.1f}.",
        ),
    )  # fmt: skip


@contextmanager
def lab_of(folder: Path) -> Iterator[str]:
    """Serve a folder of runs by a lab in a process of its own, and give the address.

    Raises
    ------
    CtloopError
        If it does not start.
    """
    words = ["lab", str(folder.absolute()), "--port", "0", "--no-browser"]
    with subprocess.Popen(
        [*PROGRAM, *words], stdout=subprocess.PIPE, text=True, env=environment()
    ) as lab:
        assert lab.stdout is not None
        try:
            found = next((line.strip() for line in lab.stdout if "http://" in line), "")
            if not found:
                msg = f"the lab of {folder} does not start; ctloop lab {folder} says why"
                raise CtloopError(msg)
            yield found
        finally:
            lab.terminate()


def write_picture(page: Any, file: Path) -> None:
    """Write what the page shows as a small PNG file.

    Raises
    ------
    CtloopError
        If it cannot be written.
    """
    from PIL import Image

    page.set_viewport_size(PICTURE)
    page.wait_for_timeout(SETTLED_MS)
    shown = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    page.set_viewport_size(SIZE)
    small = io.BytesIO()
    shown.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
        small, "PNG", optimize=True
    )
    try:
        write_whole(file, small.getvalue())
    except OSError as error:
        msg = f"--picture: {file} cannot be written: {error.strerror}"
        raise CtloopError(msg) from error
