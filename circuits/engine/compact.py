"""Synapses in Brian2 whose arrays are written once: no copies on the way, and no number of synapses in code.

`Synapses.connect` copies the indices of all synapses several times, compiles code of its own, and in
C++ standalone writes sizes into the source and keeps every array twice. Here a column is drawn up,
written to where the engine reads it, and forgotten before the next one.

A C++ program first reads what Brian2 makes its queues of spikes of, and the rest once it has made them:
so what only the queues need has gone by then, and the program holds the most when it has read all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits.engine.program import GIVE_BACK
from circuits.machine.brian import b2

#: How what is kept of every synapse is stored; what is not named here has 8 bytes.
TYPES: dict[str, Any] = {
    "weight": np.float32,
    "spent": np.float32,
    "u": np.float32,
    "last": np.int32,
    "kind": np.int16,
}
#: What queues of spikes are made of, in the order in which a program reads it, and what of it nothing reads
#: once they are made.
QUEUED = ("i", "j", "delay")
FREED = ("i", "delay")
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
    synapses: b2.Synapses,
    count: int,
    columns: Mapping[str, Column],
    place: Path | None,
    let_go: Callable[[], None] = lambda: None,
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
        can be. Needs "i" and "j" (cells in either group) and "delay" (s), and may hold any variable. What is
        not given is 0.
    place : Path or None
        Where the C++ program finds its columns; None if the synapses run in this process.
    let_go : callable
        Called after each column.
    """
    columns = {name: columns[name] for name in (*QUEUED, *(n for n in columns if n not in QUEUED))}
    variables = {name: _variable(synapses, name) for name in columns}
    if place is None:
        _allocate(synapses, count)
        for name, column in columns.items():
            variables[name].get_value()[:] = column()
            let_go()
        synapses._update_synapse_numbers(0)
    else:
        with (place / _file(synapses)).open("wb") as file:
            np.array([count], dtype=np.int64).tofile(file)
            for name, column in columns.items():
                np.asarray(column(), dtype=variables[name].dtype).tofile(file)
                let_go()
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
    """Have the program read the columns, in this order: some when it starts, the rest before it simulates."""
    number = synapses.variables["N"]
    first = {name: columns[name] for name in QUEUED}
    rest = {name: variable for name, variable in columns.items() if name not in QUEUED}
    early = list(first.values())
    late = [variable for variable in _sized(synapses) if variable not in early]
    begin = f'std::ifstream file("{_file(synapses)}", std::ios::binary); int64_t count; '
    begin += "file.read((char*)&count, sizeof(count));"
    skipped = " + ".join(f"sizeof({_array(variable)}[0])" for variable in early)
    # One line: `circuits.engine.program` hashes the lines of a source in no order.
    at_start = [begin, *_resized(early), *_read(early), f"{_array(number)}[0] = count;"]
    b2.device.insert_code("main", "{ " + " ".join(at_start) + " }")
    when_queued = [
        *(_emptied(first[name]) for name in FREED),
        *(_shrunk(pathway.name) for pathway in synapses._pathways),
        GIVE_BACK,
        begin,
        f"file.seekg(count*({skipped}), std::ios::cur);",
        *_resized(late),
        *_read(rest.values()),
    ]
    b2.device.insert_code("before_network_run", "{ " + " ".join(when_queued) + " }")
    for variable in (*_sized(synapses), number):
        b2.device.array_cache[variable] = None  # only the program knows


def _resized(variables: Iterable[Any]) -> list[str]:
    return sorted(f"{_array(variable)}.resize(count);" for variable in variables)


def _read(variables: Iterable[Any]) -> list[str]:
    names = [_array(variable) for variable in variables]
    return [f"file.read((char*){name}.data(), count*sizeof({name}[0]));" for name in names]


def _emptied(variable: Any) -> str:
    return f"decltype({_array(variable)})().swap({_array(variable)});"


def _shrunk(pathway: str) -> str:
    """Have a queue hold its lists of synapses, one a sender, in no more than they need."""
    return (
        f"for (auto one : {pathway}.queue) for (auto &some : one->synapses) some.shrink_to_fit();"
    )


def forget_when_done(synapses: b2.Synapses) -> None:
    """Have the program drop, and not write, arrays that nobody asks for after a run."""
    emptied = sorted(_emptied(variable) for variable in _sized(synapses))
    b2.device.insert_code("after_network_run", " ".join(emptied))
