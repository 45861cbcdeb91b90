"""The address of a run in a store: a hash of all that decides its numbers, so that no run is made twice."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from circuits.errors import CtloopError
from circuits.files import is_file, read_bytes, user_path
from sims.experiments import Request, experiment

#: Folders of which every module decides numbers, whatever the experiment.
DECIDING = (
    "circuits",
    "areas",
    "thalamus",
    "sims/stimuli",
    "sims/measures",
    "sims/recordings",
    "sims/runs",
)
_ROOT = Path(__file__).resolve().parents[2]


def address(request: Request) -> str:
    """Give the address of a run: 20 hex digits.

    Circuit, lesion, stimulus (a file by its content), seed, engine and source decide it. Two requests
    that ask for the same numbers have the same address.
    """
    content = {
        "experiment": request.experiment,
        **by_content(request.identity()),
        "version": version((*experiment(request.experiment).modules, *_own(request.experiment))),
    }
    text = json.dumps(content, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _own(name: str) -> tuple[str, ...]:
    """Give the module of an experiment of the user's own ("module:NAME"), whose source decides too."""
    module, colon, _ = name.partition(":")
    return (module,) if colon else ()


def by_content(options: Mapping[str, Any]) -> dict[str, Any]:
    """Give options with a file's hash in place of its name, so that an edited movie is another one."""
    return {name: _content(name, value) for name, value in options.items()}


def _content(name: str, value: Any) -> Any:
    if name == "spikes":
        return [_spike_file(text) for text in value]
    if isinstance(value, str) and _names_file(name, value) and is_file(value):
        return hashlib.sha256(read_bytes(user_path(value))).hexdigest()
    return value


def _spike_file(text: str) -> str:
    from sims.recordings.spikes import split

    population, path = split(text)
    return f"{population}={hashlib.sha256(read_bytes(user_path(path))).hexdigest()}"


def _names_file(name: str, text: str) -> bool:
    """Tell whether an option's text means a file, should there be one of that name.

    A word such as "numpy" or "grating:45" does not, even where a file is called so.
    """
    if name == "stimulus":
        from sims.stimuli.parse import names_file

        return names_file(text)
    if name == "sequence":
        from sims.stimuli.sequences import SEQUENCES

        return text not in SEQUENCES
    return "/" in text or bool(Path(text).suffix)


@cache
def version(modules: tuple[str, ...] = ()) -> str:
    """Give the version of what simulates and measures: packages, and a hash of our own source.

    Parameters
    ----------
    modules : tuple of str
        Packages of an experiment ("sims.alternation", or the user's own), besides `DECIDING`.

    Raises
    ------
    CtloopError
        If a folder or module that is named does not exist.
    """
    digest = hashlib.sha256()
    for name in (*DECIDING, *(m.replace(".", "/") for m in modules)):
        for path in _sources(name):
            inside = path.is_relative_to(_ROOT)
            digest.update(
                (path.relative_to(_ROOT) if inside else Path(path.name)).as_posix().encode()
            )
            digest.update(_code(path).encode())
    return " ".join([*_packages(("brian2", "numpy")), digest.hexdigest()[:16]])


def versions() -> dict[str, str]:
    """Give the versions that a run's meta data name."""
    import sys

    names = ("ctloop", "brian2", "numpy", "scipy", "networkx")
    return {"python": sys.version.split()[0], **dict(zip(names, _numbers(names), strict=True))}


def _sources(name: str) -> list[Path]:
    folder, file = _ROOT / name, _ROOT / f"{name}.py"
    found = sorted(folder.rglob("*.py")) if folder.is_dir() else [file] if file.is_file() else []
    found = found or _elsewhere(name.replace("/", "."))
    if not found:
        msg = f"ctloop has no source {name}, which decides numbers; install it again"
        raise CtloopError(msg)
    return found


def _elsewhere(module: str) -> list[Path]:
    """List the source of a module or package of the user's own."""
    try:
        spec = find_spec(module)
    except ImportError:  # not even its package is there
        return []
    if spec is None or spec.origin is None:
        return []
    file = Path(spec.origin)
    return sorted(file.parent.rglob("*.py")) if spec.submodule_search_locations else [file]


def _code(path: Path) -> str:
    """Give a module's code without comments and docstrings, which decide nothing."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node, clean=False
        ):
            node.body = node.body[1:] or [ast.Pass()]
    return ast.dump(tree)


def _packages(names: Iterable[str]) -> list[str]:
    return [f"{n} {v}" for n, v in zip(names, _numbers(names), strict=True)]


def _numbers(names: Iterable[str]) -> list[str]:
    found = []
    for name in names:
        try:
            found.append(installed(name))
        except PackageNotFoundError:
            found.append("not installed")
    return found
