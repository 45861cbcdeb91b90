"""What every test may rely on."""

from __future__ import annotations

import signal

import pytest

from circuits.engine.choose import available_engines


def pytest_sessionstart() -> None:
    """Let children be stopped by Ctrl-C: a shell that starts tests in the background ignores it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what must be compiled where nothing can be, and say so."""
    if set(available_engines()) & {"standalone", "cython"}:
        return
    no_compiler = pytest.mark.skip(reason="no C++ compiler here (apt install g++ make)")
    for item in items:
        if "compile" in item.keywords:
            item.add_marker(no_compiler)
