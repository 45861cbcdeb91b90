"""Wiring put aside in a file, so that this process need not hold it while another program simulates.

The arrays stay usable: whoever asks for one has the system read it again.
"""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from circuits.machine.memory import give_back
from circuits.records import Conductances, Edges

#: From how many synapses on it is worth a file (16 bytes each).
FROM_SYNAPSES = 1_000_000
#: Arrays begin at a multiple of so many bytes.
_ALIGNED = 64


def put_aside(edges: Mapping[str, Edges]) -> tuple[dict[str, Edges], Callable[[], None]]:
    """Put the wiring in a file that has no name and goes with the last array.

    Parameters
    ----------
    edges : mapping of str to Edges
        Drawn ones.

    Returns
    -------
    dict of str to Edges
        The same numbers, which cannot be changed in place; the given ones if there are few or no room for a file.
    callable
        Lets this process go of what it has read of them; to be called as often as one likes.
    """
    places: dict[str, list[int]] = {}

    def write(file: IO[bytes]) -> None:
        places.update({name: _written(e, file) for name, e in edges.items()})

    held = _mapped(write, sum(e.pre.size for e in edges.values()))
    if held is None:
        return dict(edges), nothing
    aside = {name: _read(e, places[name], held) for name, e in edges.items()}

    def let_go() -> None:
        held.madvise(mmap.MADV_DONTNEED)
        give_back()

    return aside, let_go


def array_aside(values: NDArray[Any]) -> tuple[NDArray[Any], Callable[[], None]]:
    """Put one array with a number for every synapse aside, as `put_aside` does with the wiring."""
    held = _mapped(lambda file: file.write(np.ascontiguousarray(values).data), values.size)
    if held is None:
        return values, nothing
    return np.frombuffer(held, values.dtype), lambda: held.madvise(mmap.MADV_DONTNEED)


def nothing() -> None:
    """Let go of nothing: what is done where nothing is put aside."""


def _mapped(write: Callable[[IO[bytes]], object], synapses: int) -> mmap.mmap | None:
    """Write to a file without a name and map it; None if there are few synapses, or no room for a file."""
    if synapses < FROM_SYNAPSES or not hasattr(mmap, "MADV_DONTNEED"):
        return None
    with tempfile.TemporaryFile(prefix="ctloop-wiring-") as file:
        try:
            write(file)
            file.flush()
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except OSError:
            return None


def _columns(edges: Edges) -> tuple[NDArray[Any], ...]:
    return edges.pre, edges.post, edges.delay_ms, edges.conductances.factor


def _written(edges: Edges, file: IO[bytes]) -> list[int]:
    """Write the columns of a projection; give where each begins."""
    begins = []
    for column in _columns(edges):
        file.seek(-(-file.tell() // _ALIGNED) * _ALIGNED)
        begins.append(file.tell())
        file.write(np.ascontiguousarray(column).data)
    return begins


def _read(edges: Edges, begins: list[int], held: mmap.mmap) -> Edges:
    pre, post, delay_ms, factor = (
        np.frombuffer(held, column.dtype, column.size, begin) if column.size else column
        for column, begin in zip(_columns(edges), begins, strict=True)
    )
    return replace(
        edges,
        pre=pre,
        post=post,
        delay_ms=delay_ms,
        weight_ns=Conductances(edges.conductances.mix_ns, factor),
    )
