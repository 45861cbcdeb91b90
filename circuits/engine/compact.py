"""Synapses in Brian2 whose arrays are written once: no copies on the way, and no number of synapses in code.

`Synapses.connect` copies the indices of all synapses several times, compiles code of its own, and in
C++ standalone writes sizes into the source and keeps every array twice. Here a column is drawn up,
written to where the engine reads it, and forgotten before the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits.machine.brian import b2

#: How what is kept of every synapse is stored; what is not named here has 8 bytes.
TYPES: dict[str, Any] = {
    "weight": np.float32,
    "spent": np.float32,
    "u": np.float32,
    "last": np.int32,
    "kind": np.int16,
}
Column = Callable[[], NDArray[Any]]


def types(engine: str, more: Mapping[str, Any]) -> dict[str, Any]:
    """Give the types of a synapse's variables; outside C++ programs Brian2 has no integers of 2 bytes."""
    return {**TYPES, **({} if engine == "standalone" else {"kind": np.int32}), **more}


@contextmanager
def short_delays() -> Iterator[None]:
    """Have the delays of the synapses that are made in this block stored in 4 bytes."""
    before = b2.prefs.core.default_float_dtype
    b2.prefs.core.default_float_dtype = np.float32
    try:
        yield
    finally:
        b2.prefs.core.default_float_dtype = before


def fill(
    synapses: b2.Synapses, count: int, columns: Mapping[str, Column], place: Path | None
) -> None:
    """Give synapses their number and their first state.

    Parameters
    ----------
    synapses : brian2.Synapses
        Not connected.
    count : int
        How many there are.
    columns : dict of str to callable
        Called one after the other; each gives an array of the type in which the variable is stored, or
        can be. Needs "i" and "j" (cells in either group), and may hold "delay" (s) and any variable. What is
        not given is 0.
    place : Path or None
        Where the C++ program finds its columns; None if the synapses run in this process.
    """
    variables = {name: _variable(synapses, name) for name in columns}
    if place is None:
        _allocate(synapses, count)
        for name, column in columns.items():
            variables[name].get_value()[:] = column()
        synapses._update_synapse_numbers(0)
    else:
        with (place / _file(synapses)).open("wb") as file:
            np.array([count], dtype=np.int64).tofile(file)
            for name, column in columns.items():
                np.asarray(column(), dtype=variables[name].dtype).tofile(file)
        _read_in_program(synapses, variables)
    synapses._connect_called = True


def _variable(synapses: b2.Synapses, name: str) -> Any:
    if name == "delay":
        return synapses.pre.variables["delay"]
    return synapses.variables[{"i": "_synaptic_pre", "j": "_synaptic_post"}.get(name, name)]


def _sized(synapses: b2.Synapses) -> list[Any]:
    """List the arrays that have as many entries as there are synapses."""
    ends = [synapses.variables[name] for name in ("_synaptic_pre", "_synaptic_post")]
    return [*ends, *(v for v in synapses._registered_variables if v not in ends)]


def _allocate(synapses: b2.Synapses, count: int) -> None:
    for variable in _sized(synapses):
        variable.resize(count)
    synapses.variables["N"].set_value(count)


def _file(synapses: b2.Synapses) -> str:
    return f"{synapses.name}.ctloop"


def _array(variable: Any) -> str:
    return str(b2.device.get_array_name(variable, access_data=False))


def _read_in_program(synapses: b2.Synapses, columns: Mapping[str, Any]) -> None:
    """Have the program read the columns, in this order, before it starts."""
    sized, number = _sized(synapses), synapses.variables["N"]
    lines = [
        f'std::ifstream file("{_file(synapses)}", std::ios::binary);',
        "int64_t count; file.read((char*)&count, sizeof(count));",
        *sorted(f"{_array(variable)}.resize(count);" for variable in sized),
        *(f"file.read((char*){_array(v)}.data(), count*sizeof({_array(v)}[0]));" for v in columns.values()),
        f"{b2.device.get_array_name(number)}[0] = count;",
    ]  # fmt: skip
    # One line: `circuits.engine.program` hashes the lines of a source in no order.
    b2.device.insert_code("main", "{ " + " ".join(lines) + " }")
    for variable in (*sized, number):
        b2.device.array_cache[variable] = None  # only the program knows


def freed_when_queued(synapses: b2.Synapses) -> list[str]:
    """List the arrays of a program that nothing reads once its queues of spikes are made."""
    return [_array(_variable(synapses, name)) for name in ("i", "delay")]


def freed_when_done(synapses: b2.Synapses) -> list[str]:
    """List the arrays of a program that nobody asks for after a run."""
    return sorted(_array(variable) for variable in _sized(synapses))
