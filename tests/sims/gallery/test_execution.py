"""Every example runs from nothing but Python, in a temporary folder, and leaves the pictures that it shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sims.gallery.__main__ import EXAMPLES, HERE, PAGES

pytestmark = [pytest.mark.slow, pytest.mark.compile]
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all: an example reads what another has made, and makes what is not there."""
    return tmp_path_factory.mktemp("gallery")


def start(command: list[str], place: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *command], cwd=place, env=environment, capture_output=True, text=True,
        timeout=1800, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_runs_as_a_script_and_leaves_its_pictures(name: str, place: Path) -> None:
    script = HERE / f"{name}.py"
    done = start([str(script)], place)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    shown = re.findall(r"\]\((runs/gallery/[^)]+\.png)\)", script.read_text(encoding="utf-8"))
    for picture in shown:
        assert (place / picture).read_bytes()[:4] == b"\x89PNG"
        assert (place / picture).stat().st_size > 5_000


def test_a_page_holds_text_numbers_and_pictures(place: Path) -> None:
    pytest.importorskip("jupytext")
    pytest.importorskip("nbconvert")
    done = start(["-m", "sims.gallery", "synapse"], place)
    assert done.returncode == 0, done.stderr
    page = (place / PAGES / "synapse.html").read_text(encoding="utf-8")
    assert "What would falsify it" in page
    assert "epsp_25_50" in page
    shown = re.findall(r'<img[^>]*src="([^"]{1,30})', page)
    assert [source[:22] for source in shown] == ["data:image/png;base64,"] * 3
