"""What other programs and users set changes no spike: preferences, flags, backends, earlier imports."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from circuits.engine.choose import available_engines

ROOT = Path(__file__).parents[3]
#: What a user's file of preferences may hold; the precision and the threads would change spikes.
NASTY = """
core.default_float_dtype = float32
codegen.target = 'cython'
codegen.loop_invariant_optimisations = False
codegen.cpp.extra_compile_args = ['-O0', '-fno-such-flag']
devices.cpp_standalone.openmp_threads = 2
legacy.refractory_timing = True
core.network.default_schedule = ['end', 'resets', 'synapses', 'thresholds', 'groups', 'start']
"""
SCRIPT = """
import json, sys, threading
before = {before!r}
if before:
    exec(before)
sys.path[:0] = [{tests!r}]
from test_simulate import _circuit, _trains
found = []
def go():
    found.append(_trains(_circuit(), 1, {engine!r}))
if {thread!r}:
    worker = threading.Thread(target=go)
    worker.start()
    worker.join()
else:
    go()
{after}
print(json.dumps(found[0]))
"""


def _spikes(
    folder: Path, engine: str = "numpy", *, before: str = "", after: str = "", thread: bool = False,
    **variables: str,
) -> list[list[float]]:  # fmt: skip
    """Simulate in a fresh interpreter in a folder; variables are those of the environment."""
    folder.mkdir(exist_ok=True)
    tests = str(ROOT / "tests" / "circuits" / "engine")
    script = SCRIPT.format(tests=tests, engine=engine, before=before, after=after, thread=thread)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}",
             "CTLOOP_CACHE": str(folder / "cache"), **variables},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: list[list[float]] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> list[list[float]]:
    return _spikes(tmp_path_factory.mktemp("plain"))


def test_files_of_preferences_change_no_spike(plain: list[list[float]], tmp_path: Path) -> None:
    (tmp_path / "brian_preferences").write_text(NASTY)
    home = tmp_path / "home" / ".brian"
    home.mkdir(parents=True)
    (home / "user_preferences").write_text(NASTY)
    # They still hold for the user's own simulations.
    after = "import brian2; assert brian2.prefs.devices.cpp_standalone.openmp_threads == 2"
    assert _spikes(tmp_path, HOME=str(home.parent), after=after) == plain


def test_a_file_of_that_name_that_holds_something_else_changes_nothing(
    plain: list[list[float]], tmp_path: Path
) -> None:
    (tmp_path / "brian_preferences").write_text("these are my notes, not settings\n")
    assert _spikes(tmp_path, MPLBACKEND="nonsense", thread=True) == plain


def test_what_the_users_script_set_before_changes_no_spike_and_holds_afterwards(
    plain: list[list[float]], tmp_path: Path
) -> None:
    before = (
        "import brian2, numpy; brian2.prefs.core.default_float_dtype = numpy.float32; "
        "brian2.prefs.legacy.refractory_timing = True; "
        "brian2.set_device('cpp_standalone', build_on_run=False); numpy.random.seed(5)"
    )
    after = (
        "assert brian2.prefs.core.default_float_dtype is numpy.float32; "
        "assert type(brian2.get_device()).__name__ == 'CPPStandaloneDevice'; "
        "assert not brian2.get_device().build_on_run; "
        "assert numpy.random.rand() == numpy.random.RandomState(5).rand()"
    )
    assert _spikes(tmp_path, before=before, after=after) == plain


@pytest.mark.slow
@pytest.mark.compile
@pytest.mark.parametrize("engine", ["standalone", "cython"])
@pytest.mark.parametrize(
    "flags", ["-O0 -DNONSENSE", "-fno-such-flag-at-all", "-include /nowhere.h"]
)
def test_flags_in_the_environment_change_no_spike(engine: str, flags: str, tmp_path: Path) -> None:
    if engine not in available_engines():
        pytest.skip(f"{engine} does not work here")
    (tmp_path / "changed").mkdir()
    (tmp_path / "changed" / "brian_preferences").write_text(NASTY)
    names = ("CXXFLAGS", "CFLAGS", "CPPFLAGS", "LDFLAGS", "MAKEFLAGS")
    given = {name: flags for name in names[:4]} | {"MAKEFLAGS": "e"}
    plain = _spikes(tmp_path / "plain", engine)
    assert _spikes(tmp_path / "changed", engine, **given) == plain
