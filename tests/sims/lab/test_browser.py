"""The lab in a real browser: open, scrub, compare, lesion, run, stop, come back by the address."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest

from sims.cli.main import main
from sims.lab.frames import lab_of
from sims.lab.jobs import PROGRAM, environment

pytestmark = pytest.mark.slow

READY = "html[data-ready=yes]"
#: The start of the time shown by the page, s.
START = """() => { for (const d of Bokeh.documents) for (const m of d._all_models.values())
    if (m.name === 'time') return m.start; return -1 }"""
#: Where on the page the middle of a projection is drawn; null until it is.
MIDDLE = """name => {
    for (const d of Bokeh.documents) for (const m of d._all_models.values())
        if (m.name === 'circuit') {
            const view = Bokeh.index.find_one(m);
            if (!view) continue;
            const frame = view.frame;
            const source = m.renderers.find(r => r.name === 'projections').data_source;
            const n = [...source.data.name].indexOf(name);
            const at = frame.x_scale.compute(source.data.xs[n][12]);
            const up = frame.y_scale.compute(source.data.ys[n][12]);
            const box = view.el.getBoundingClientRect();
            return [box.x + at, box.y + up];
        }
    return null }"""
#: First and last time that each source holds, and the window within the run; drawn to float32.
HELD = """() => {
    const found = [];
    for (const d of Bokeh.documents) for (const m of d._all_models.values())
        if (m.name === 'cut' && m.tags[3] === 0) {
            const x = m.data.xs[0], all = m.tags[0].data.x, time = m.tags[1];
            found.push([x[0], x[x.length - 1], Math.max(time.start, all[0]),
                        Math.min(time.end, all[m.tags[2][0] - 1])]);
        }
    return found }"""
#: Whether no figure waits to be drawn.
ALL_DRAWN = """() => Bokeh.documents.every(d => [...d._all_models.values()]
    .every(m => m.type !== 'Figure' || !m.hold_render))"""
TITLES = """() => Bokeh.documents.flatMap(d => [...d._all_models.values()])
    .filter(m => m.type === 'Figure').map(m => m.title.text)"""
DRIVER = "V1.L5IB -> Pulvinar.TRC"


def opened(page: Any, address: str) -> Any:
    page.goto(address)
    page.wait_for_selector(READY, state="attached")
    return page


def query(page: Any) -> dict[str, list[str]]:
    return parse_qs(urlparse(page.url).query)


def test_it_opens_and_scrubs_by_keyboard_and_the_address_brings_the_same_back(
    page: Any, lab: str
) -> None:
    opened(page, f"{lab}&a=runs/intact&t=2.1&w=0.5")
    assert page.evaluate(START) == pytest.approx(2.1)
    page.keyboard.press("Shift+ArrowRight")
    page.wait_for_function("() => location.search.includes('t=2.6')")
    assert "token" not in page.url, "an address that is passed on must not open the lab"
    page.reload()
    page.wait_for_selector(READY, state="attached")
    assert page.evaluate(START) == pytest.approx(2.6)
    page.keyboard.press("2")
    page.wait_for_function("() => location.search.includes('view=compare')")


def test_ten_seconds_are_scrubbed_and_every_figure_holds_what_is_in_the_window(
    page: Any, lab: str
) -> None:
    opened(page, f"{lab}&a=runs/intact&t=0&w=1")
    for _ in range(30):
        if page.evaluate(START) >= 9:
            break
        page.keyboard.press("Shift+ArrowRight")
    held = page.evaluate(HELD)
    assert len(held) >= 3
    for low, high, begins, ends in held:
        assert low <= begins
        assert ends <= high
    page.wait_for_function(ALL_DRAWN)


def test_two_runs_and_a_battery_are_compared(page: Any, lab: str) -> None:
    opened(page, f"{lab}&a=runs/intact&b=runs/cut&view=compare&t=3&w=1")
    page.get_by_text("-0.6", exact=True).first.wait_for()
    page.get_by_text("beyond").first.wait_for()
    titles = page.evaluate(TITLES)
    assert sum("second minus first" in one for one in titles) == 4
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => location.search.includes('t=3.25')")
    page.reload()
    page.get_by_text("beyond").first.wait_for()
    assert query(page)["b"] == ["runs/cut"]
    opened(page, f"{lab}&a=runs/battery&view=compare")
    page.get_by_text("-0.8 to -0.6").wait_for()
    page.get_by_text("-0.782 to -0.618").wait_for()  # 90 %, from twelve pairs
    assert "Did it stay the same? 90 % interval" in page.evaluate(TITLES)


def test_no_view_is_wider_than_the_page(page: Any, lab: str) -> None:
    for address in (
        "a=runs/intact&view=look", "a=runs/intact&b=runs/cut&view=compare",
        "a=runs/battery&view=compare", f"view=circuit&lesion={DRIVER}", "view=run", "view=learn",
    ):  # fmt: skip
        opened(page, f"{lab}&{address}")
        for width in (1280, 800):
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_timeout(300)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_a_short_lesion_is_really_run_and_then_compared(page: Any, runs: Path) -> None:
    with lab_of(runs) as address:
        opened(page, f"{address}&view=run&lesion={DRIVER}")
        page.get_by_label("further options").fill(
            "--duration 0.1 --scale 0.002 --engine numpy --no-figures"
        )
        page.keyboard.press("Tab")
        page.get_by_role("button", name="Start").click()
        look = page.get_by_role("button", name="Look at alternation-1")
        look.wait_for(timeout=180_000)
        assert (runs / "alternation-1" / "run.json").is_file()
        look.click()
        page.locator("code:visible", has_text=DRIVER).first.wait_for()


def test_the_frames_of_a_page_are_measured_and_its_picture_is_small(
    chromium: Any, runs: Path, tmp_path: Path
) -> None:
    picture = tmp_path / "lab.png"
    words = [
        "measure",
        "lab-frames",
        "--run",
        str(runs / "intact"),
        "--frames",
        "10",
        "--picture",
        str(picture),
    ]
    # In a process of its own: Playwright runs once in a process, and tests have it already.
    done = subprocess.run(
        [*PROGRAM, *words], capture_output=True, text=True, check=True, env=environment()
    )
    assert "all spikes in view" in done.stdout
    assert 10_000 < picture.stat().st_size < 200_000


def test_a_click_on_a_pathway_makes_a_lesion_a_slider_its_dose_and_the_command_stands_beside(
    page: Any, lab: str
) -> None:
    opened(page, f"{lab}&a=runs/intact&view=circuit")
    page.get_by_text("Copy the command").wait_for()
    page.wait_for_timeout(500)
    x, y = page.wait_for_function(MIDDLE, arg=DRIVER).json_value()
    page.mouse.move(x, y)
    page.get_by_text("fibres onto a cell").first.wait_for()
    page.mouse.click(x, y)
    page.get_by_text(f'--lesion "cut {DRIVER}"').wait_for()
    slider = page.locator(".noUi-handle").first
    slider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    page.get_by_text(f'--lesion "cut {DRIVER} 0.5"').wait_for()
    page.wait_for_function("() => location.search.includes('0.5')")
    assert query(page)["lesion"] == [f"cut {DRIVER} 0.5"]


def test_a_run_is_started_followed_stopped_and_shown(page: Any, lab: str, runs: Path) -> None:
    opened(page, f"{lab}&view=run&lesion={DRIVER}")
    page.get_by_role("button", name="Start").click()
    page.get_by_text(re.compile("simulating 50%")).wait_for()
    page.get_by_role("button", name="Look at alternation-1").click()
    page.wait_for_function("() => location.search.includes('a=runs/alternation-1')")
    page.locator("code:visible", has_text=DRIVER).first.wait_for()
    page.keyboard.press("4")
    page.get_by_label("further options").fill("--slowly")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Start").click()
    page.get_by_role("button", name="Stop alternation-2").click()
    page.get_by_text("stopped", exact=True).wait_for()
    assert not list(runs.glob("alternation-2*"))
    page.get_by_label("further options").fill("--bad")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Start").click()
    page.get_by_text("--bad is no option").wait_for()


def test_a_wrong_token_and_a_path_outside_are_refused(page: Any, lab: str) -> None:
    for token in ("", "token=wrong"):
        answer = page.goto(f"{lab.partition('?')[0]}?{token}")
        assert answer.status == 403
    opened(page, f"{lab}&a=../../etc")
    page.get_by_text("is outside").wait_for()


def test_two_clients_see_their_own_run_and_one_that_disappears_is_an_error_in_a_line(
    chromium: Any, page: Any, lab: str, runs: Path
) -> None:
    opened(page, f"{lab}&a=runs/intact&t=1&w=1")
    other = chromium.new_context().new_page()
    opened(other, f"{lab}&a=runs/cut&t=3&w=1")
    assert page.evaluate(START) == pytest.approx(1.0)
    assert other.evaluate(START) == pytest.approx(3.0)
    shutil.rmtree(runs / "cut")
    other.reload()
    other.get_by_text("is not a run folder: there is no such folder").wait_for()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => location.search.includes('t=1.25')")
    other.context.close()


def test_a_file_of_a_run_opens_without_a_server_and_scrubs(
    page: Any, runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "run.html"
    assert main(["show", str(runs / "intact"), "--html", str(file)]) == 0
    opened(page, f"{file.as_uri()}#t=2&w=1")
    assert page.evaluate(START) == pytest.approx(2.0)
    page.keyboard.press("End")
    page.wait_for_function("() => location.hash.includes('t=10')")
