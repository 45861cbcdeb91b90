"""The compiler that is checked is the one that is used, and the environment gives it no flags."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from circuits.engine import choose as engine
from circuits.errors import CtloopError
from circuits.machine import compiler


def _compiler(folder: Path, name: str, refuses: str = "") -> Path:
    """Write a compiler that compiles nothing, and refuses a flag."""
    path = folder / name
    test = f'case "$*" in *{refuses}*) exit 1;; esac\n' if refuses else ""
    path.write_text(f"#!/bin/sh\n{test}echo {name} 7.0\n")
    path.chmod(0o755)
    return path


def test_flags_are_checked_with_the_compiler_that_cxx_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = _compiler(tmp_path, "other++", refuses="max-version-for-alias")
    monkeypatch.setenv("CXX", f"{mine} -pthread")
    assert compiler.compiler() == [str(mine), "-pthread"]
    assert compiler.flags() == [f for f in compiler.FLAGS if "alias" not in f]
    assert compiler.version() == "other++ 7.0"
    with compiler.clean_environment():
        assert os.environ["CXX"] == os.environ["CC"] == f"{mine} -pthread"


def test_a_run_says_which_compiler_and_flags_it_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = _compiler(tmp_path, "other++", refuses="-march")
    monkeypatch.setenv("CXX", str(mine))
    found = engine.environment("standalone")
    assert found["compiler"] == str(mine)
    assert found["compiler_version"] == "other++ 7.0"
    assert found["compiler_flags"] == [f for f in compiler.FLAGS if f != "-march=native"]
    assert found["threads"] == 1
    assert "compiler" not in engine.environment("numpy")


@pytest.mark.parametrize("broken", ["/nowhere/g++", "a-compiler-that-is-not-there -O2", "false"])
def test_cxx_that_names_no_compiler_is_said_in_one_line(
    broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CXX", broken)
    with pytest.raises(
        CtloopError, match=rf"CXX names \('{re.escape(broken)}'.*unset it"
    ) as caught:
        engine.choose("standalone")
    assert len(str(caught.value).splitlines()) == 1
    choice = engine.choose()
    assert choice.engine == "numpy"
    assert "CXX" in choice.note


def test_no_flags_come_from_outside_and_all_are_there_afterwards(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in compiler.READ_BY_COMPILERS:
        monkeypatch.setenv(name, "-DNONSENSE")
    before = dict(os.environ)
    with compiler.clean_environment():
        assert not set(compiler.READ_BY_COMPILERS) & set(os.environ)
    assert dict(os.environ) == before


@pytest.mark.skipif(shutil.which("g++") is None, reason="no g++ here")
def test_gcc_takes_all_flags(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", "g++")
    monkeypatch.setenv("CPPFLAGS", "-include /nowhere.h")
    assert compiler.flags() == list(compiler.FLAGS)
