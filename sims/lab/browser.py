"""The system's Chromium, driven by Playwright: for measurements and pictures of the lab's page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from circuits.errors import CtloopError

#: What the browser is called.
NAMES = ("chromium", "chromium-browser", "google-chrome")
#: Set by `page.js` when the page can be used.
READY = "html[data-ready=yes]"


@contextmanager
def chromium() -> Iterator[Any]:
    """Start a headless Chromium, and end it.

    Yields
    ------
    playwright Browser

    Raises
    ------
    CtloopError
        If there is no Playwright, no Chromium, or it does not start.
    """
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        msg = "this needs Playwright: pip install -e '.[test]'"
        raise CtloopError(msg) from None
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        msg = f"this needs Chromium, and none of {', '.join(NAMES)} is here: apt install chromium"
        raise CtloopError(msg)
    with sync_playwright() as started:
        try:
            browser = started.chromium.launch(executable_path=program, args=["--no-sandbox"])
        except Error as error:
            msg = f"{program} does not start: {str(error).splitlines()[0]}"
            raise CtloopError(msg) from error
        yield browser
        browser.close()
