"""The engine is chosen by what the machine has, each need looked for by itself."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

from circuits.engine import choose as engine
from circuits.errors import CtloopError, UnknownName

Machine = Callable[..., None]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Give a function that makes a machine with these programs, with or without headers."""

    def make(*programs: str, headers: bool) -> None:
        folder = tmp_path / "bin"
        folder.mkdir()
        for program in programs:
            (folder / program).write_text("#!/bin/sh\n")
            (folder / program).chmod(0o755)
        include = tmp_path / "include"
        include.mkdir()
        if headers:
            (include / "Python.h").touch()
        monkeypatch.setenv("PATH", str(folder))
        monkeypatch.delenv("CXX", raising=False)
        monkeypatch.delenv("CC", raising=False)
        config = {"CC": "gcc -pthread", "CXX": "g++ -pthread"}
        monkeypatch.setattr(sysconfig, "get_config_var", config.get)
        monkeypatch.setattr(sysconfig, "get_path", lambda _key: str(include))

    return make


def test_a_full_machine_has_all_engines_and_takes_the_fastest(machine: Machine) -> None:
    machine("g++", "gcc", "make", headers=True)
    assert engine.available_engines() == ["standalone", "cython", "numpy"]
    assert engine.choose() == engine.Choice("standalone", "the fastest")


def test_without_headers_standalone_still_works(machine: Machine) -> None:
    machine("g++", "gcc", "make", headers=False)
    assert engine.available_engines() == ["standalone", "numpy"]
    assert engine.missing("cython") == ["Python's headers"]
    assert engine.choose() == engine.Choice("standalone", "the fastest")


def test_without_make_cython_still_works_and_says_what_it_costs(machine: Machine) -> None:
    machine("g++", "gcc", headers=True)
    choice = engine.choose()
    assert choice.engine == "cython"
    assert "2 times" in choice.note
    assert "apt install make" in choice.note


def test_without_a_compiler_numpy_runs_and_says_what_it_costs_and_how_to_change_it(
    machine: Machine,
) -> None:
    machine(headers=True)
    choice = engine.choose()
    assert choice.engine == "numpy"
    assert "8 times" in choice.note
    assert "apt install g++ make" in choice.note


def test_the_environment_names_another_compiler(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine("clang++", "make", headers=False)
    assert engine.available_engines() == ["numpy"]
    monkeypatch.setenv("CXX", "clang++ -stdlib=libc++")
    assert engine.available_engines() == ["standalone", "numpy"]


def test_asking_for_an_engine_that_cannot_work_is_an_error_that_says_how_to_get_it(
    machine: Machine,
) -> None:
    machine("g++", "gcc", "make", headers=False)
    with pytest.raises(CtloopError, match=r"Python's headers. .*apt install python3-dev"):
        engine.choose("cython")


def test_asking_for_numpy_always_works(machine: Machine) -> None:
    machine(headers=False)
    assert engine.choose("numpy") == engine.Choice("numpy", "asked for")


def test_an_unknown_engine_lists_the_nearest() -> None:
    with pytest.raises(UnknownName, match="nearest: cython"):
        engine.choose("cyton")


def test_looking_for_engines_does_not_import_brian2() -> None:
    code = (
        "import sys, circuits.engine.choose as e; e.choose(); "
        "print(*{'brian2', 'numpy', 'Cython', 'setuptools'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
