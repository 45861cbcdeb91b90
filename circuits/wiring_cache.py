"""Wiring kept in memory, so that a process which simulates a seed again need not draw it again.

Lesions change few projections; the arms of a battery, and the points of a sweep, share all others of a seed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from circuits.records import Edges

#: What is kept of all seeds together, bytes: about eight seeds of the default circuit.
MOST_BYTES = 100e6
#: A wiring that takes more is not kept: it would leave no room for those of other seeds.
MOST_BYTES_EACH = MOST_BYTES / 4

#: By seed and projection: the records that it was drawn from, and the synapses; the oldest first.
_wirings: dict[tuple[int, str], tuple[Any, Edges]] = {}


def recall(seed: int, name: str, records: Any) -> Edges | None:
    """Give the synapses of a projection, if they were drawn from equal records with this seed.

    Parameters
    ----------
    seed : int
    name : str
        Of the projection.
    records : comparable by `==`
        All else that decides the draw.
    """
    made_from, edges = _wirings.get((seed, name), (None, None))
    return edges if edges is not None and made_from == records else None


def keep(seed: int, drawn: Mapping[str, tuple[Any, Edges]]) -> None:
    """Keep the wiring of a circuit, and forget the oldest; its arrays cannot be changed from now on.

    Parameters
    ----------
    seed : int
    drawn : mapping of str to (records, Edges)
        By projection, see `recall`.
    """
    if _bytes(drawn) > MOST_BYTES_EACH:
        return
    for name, (records, edges) in drawn.items():
        _wirings.pop((seed, name), None)
        for column in (edges.pre, edges.post, edges.delay_ms, edges.conductances.factor):
            column.flags.writeable = False
        _wirings[seed, name] = (records, edges)
    held = _bytes(_wirings)
    for key in list(_wirings):
        if held <= MOST_BYTES:
            break
        held -= _bytes({key: _wirings.pop(key)})


def _bytes(wirings: Mapping[Any, tuple[Any, Edges]]) -> int:
    return sum(
        e.pre.nbytes + e.post.nbytes + e.delay_ms.nbytes + e.conductances.factor.nbytes
        for _, e in wirings.values()
    )
