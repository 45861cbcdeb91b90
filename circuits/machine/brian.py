"""Brian2 as every simulation here uses it: no preference file and no earlier setting has a say.

Brian2 reads ~/.brian/user_preferences and ./brian_preferences when it is imported, and scripts set
preferences too. They decide the precision of numbers, the order of operations and how many threads
add up, so they would decide spikes. Import `b2` from here, and simulate within `own_settings`.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

import numpy as np

from circuits.machine import cache, compiler
from circuits.machine.backend import without_backend

__all__ = ["b2", "own_settings"]

_PREFERENCES = "brian2.core.preferences"


class _NoFiles(MetaPathFinder, Loader):
    """Loads Brian2's preferences without those of the files, and without its log in the temporary folder."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != _PREFERENCES:
            return None
        spec = PathFinder.find_spec(name, path)
        if spec is not None and spec.loader is not None:
            self._loader, spec.loader = spec.loader, self
        return spec

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        kind: Any = module.BrianGlobalPreferences
        self.kind, self.from_files, kind.load_preferences = kind, kind.load_preferences, _no_log


def _no_log(preferences: Any) -> None:
    """Write no log and no copy of the script: a process that is killed would leave them."""
    preferences["logging.file_log"] = False
    preferences["logging.save_script"] = False


@contextmanager
def _without_files() -> Iterator[None]:
    """Import Brian2 in this block; what the user's files say holds afterwards, for the user."""
    if "brian2" in sys.modules:
        yield
        return
    finder = _NoFiles()
    sys.meta_path.insert(0, finder)
    try:
        with without_backend(), _without_handler(), _without_pylab():
            yield
    finally:
        sys.meta_path.remove(finder)
        if hasattr(finder, "kind"):
            finder.kind.load_preferences = finder.from_files
    # A file of this name may hold anything: what cannot be read is the user's to mend, and of no
    # use here.
    with suppress(Exception):
        b2.prefs.load_preferences()


@contextmanager
def _without_pylab() -> Iterator[None]:
    """Have Brian2 take its names from NumPy, as it does where there is no matplotlib: pyplot loads slowly."""
    if "pylab" in sys.modules:
        yield
        return
    sys.modules["pylab"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["pylab"]


@contextmanager
def _without_handler() -> Iterator[None]:
    """Have Brian2 install no handler of Ctrl-C where it cannot: in a thread, and where Ctrl-C is ignored."""
    install = signal.signal
    main = threading.current_thread() is threading.main_thread()
    if not (main and callable(signal.getsignal(signal.SIGINT))):
        signal.signal = lambda *_: None
    try:
        yield
    finally:
        signal.signal = install


with _without_files():
    import brian2 as b2
    from brian2.codegen import cpp_prefs
    from brian2.codegen.runtime.cython_rt import extension_manager
    from brian2.devices.device import runtime_device


@contextmanager
def own_settings(engine: str) -> Iterator[None]:
    """Simulate in this block: Brian2 as it comes, the flags and the compiler of `circuits.machine.compiler`.

    Preferences, the device, the dependence on environment variables and NumPy's global random numbers are
    afterwards what they were before.

    Parameters
    ----------
    engine : {"standalone", "cython", "numpy"}
    """
    before = {name: b2.prefs[name] for name in _names()}
    device, random = b2.get_device(), np.random.get_state()  # noqa: NPY002
    if device is not runtime_device:
        b2.set_device("runtime")
    try:
        with compiler.clean_environment() if engine != "numpy" else _nothing(), _our_compiler():
            _set({**_defaults(), **_ours(engine)})
            yield
    finally:
        _set(before)
        np.random.set_state(random)  # noqa: NPY002
        if b2.get_device() is not device:
            b2.set_device(device, getattr(device, "build_on_run", True), **_options(device))


@contextmanager
def _nothing() -> Iterator[None]:
    yield


def _options(device: Any) -> dict[str, Any]:
    return dict(getattr(device, "build_options", {}))


def _names() -> list[str]:
    """List the preferences that can change a simulation: all but those of the log."""
    known = b2.prefs.pref_register
    return [f"{base}.{n}" for base, (own, _) in known.items() if base != "logging" for n in own]


def _defaults() -> dict[str, Any]:
    known = b2.prefs.pref_register
    return {name: known[(at := name.rpartition("."))[0]][0][at[2]].default for name in _names()}


def _ours(engine: str) -> dict[str, Any]:
    """Give the preferences by which our engines run, those that decide numbers among them."""
    ours: dict[str, Any] = {
        "core.default_float_dtype": np.float64,
        "codegen.target": "numpy",
        # Ctrl-C ends a simulation; Brian2 would hand over half of one as if it were whole.
        "core.stop_on_keyboard_interrupt": False,
        "devices.cpp_standalone.openmp_threads": compiler.THREADS,
        "devices.cpp_standalone.extra_make_args_unix": ["-j2"],
        # Circuits take their own lock, which knows file systems without locks.
        "codegen.runtime.cython.multiprocess_safe": False,
    }
    if engine != "numpy":
        ours["codegen.cpp.compiler"] = "unix" if sys.platform != "win32" else ""
        ours["codegen.cpp.extra_compile_args_gcc"] = compiler.flags()
    if engine == "cython":
        ours["codegen.runtime.cython.cache_dir"] = str(cache.folder("cython"))
    return ours


def _set(values: dict[str, Any]) -> None:
    for name, value in values.items():
        b2.prefs[name] = value


@contextmanager
def _our_compiler() -> Iterator[None]:
    """Have Brian2 take flags and compiler as they are given.

    The flags have been checked with the compiler that is used; Brian2 would check them with another (Python's C
    compiler). Configuration files of distutils (~/.pydistutils.cfg) are not read.
    """
    check, distribution = cpp_prefs.has_flag, extension_manager.Distribution

    class Distribution(distribution):  # type: ignore[misc, valid-type]
        def find_config_files(self) -> list[str]:
            return []

    cpp_prefs.has_flag = lambda *_: True
    extension_manager.Distribution = Distribution
    try:
        yield
    finally:
        cpp_prefs.has_flag, extension_manager.Distribution = check, distribution
