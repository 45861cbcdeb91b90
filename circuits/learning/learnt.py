"""What a circuit has learnt, as part of its spec: linear weights by seed and projection.

Wiring is drawn by the seed, so learnt weights belong to the seed they were learnt with; any other is
refused. They are kept at `circuit.graph["learnt"]`, are saved and loaded with the spec without loss
(the bytes of 64-bit floats as text; nothing is pickled), and reach the synapses through `Edges`.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from circuits.errors import CtloopError, UnknownName
from circuits.learning.kinase.rule import contrast
from circuits.records import Conductances

if TYPE_CHECKING:
    from circuits.records import Edges

#: The circuit's attribute that holds the record: {seed: {projection: Learnt}}.
LEARNT = "learnt"

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Learnt:
    """What one projection has learnt with one seed.

    Attributes
    ----------
    weight : array (synapses,)
        Linear weights, 0-1, in the order of the projection's `Edges`; 0.5 is what the spec says.
    wiring : str
        Hash of who meets whom, so that weights never land on other synapses.
    scale : array (synapses,), optional
        The receivers' factors, if a homeostasis scaled them.
    """

    weight: Floats
    wiring: str
    scale: Floats | None = None


def wiring_of(edges: Edges) -> str:
    """Give the hash of a projection's wiring: 16 hex digits."""
    both = edges.pre.astype("<i8").tobytes() + edges.post.astype("<i8").tobytes()
    return hashlib.sha256(both).hexdigest()[:16]


def with_records(circuit: Any, seed: int, records: Mapping[str, Learnt]) -> Any:
    """Give a copy of the circuit that holds these records for a seed, besides what it has learnt."""
    changed = circuit.copy()
    by_seed = dict(circuit.graph.get(LEARNT) or {})
    by_seed[seed] = {**by_seed.get(seed, {}), **records}
    changed.graph[LEARNT] = by_seed
    return changed


def attached(circuit: Any, seed: int, edges: dict[str, Edges]) -> dict[str, Edges]:
    """Put what the circuit has learnt on the synapses drawn for a seed.

    Raises
    ------
    CtloopError
        If it has learnt with other seeds only, or is wired otherwise than when it learnt.
    """
    known: Mapping[int, Mapping[str, Learnt]] = circuit.graph.get(LEARNT) or {}
    if not known:
        return edges
    if seed not in known:
        seeds = ", ".join(str(s) for s in sorted(known))
        msg = f"this circuit has learnt with seed {seeds} and is wired by it; it has nothing for seed {seed}"
        raise CtloopError(msg)
    out = dict(edges)
    for name, learnt in known[seed].items():
        if name not in out or wiring_of(out[name]) != learnt.wiring:
            msg = f"{name} is wired otherwise than when it learnt (other cells, fibres or rule)"
            raise CtloopError(msg)
        out[name] = replace(out[name], learnt=learnt.weight, scale=learnt.scale)
    return out


def begun_at(
    edges: Mapping[str, Edges], given: Mapping[str, Floats], plastic: Collection[str]
) -> dict[str, Edges]:
    """Have projections begin at weights that are given, in the place of what they have learnt.

    Parameters
    ----------
    edges, given : dict by projection
    plastic : names of projections
        Those that learn at any time of the run.

    Raises
    ------
    CtloopError
        If there is no such projection, it does not learn, or the weights do not fit its synapses.
    """
    out = dict(edges)
    for name, values in given.items():
        if name not in edges:
            raise UnknownName("projection", name, edges)
        if name not in plastic:
            msg = f"{name} is not plastic, so it has no weights to begin with; set its plastic=1"
            raise CtloopError(msg)
        weights = np.asarray(values, dtype=np.float64)
        fits = weights.shape == edges[name].pre.shape
        if not fits or not ((weights >= 0) & (weights <= 1)).all():
            msg = (
                f"{name} has {edges[name].pre.size} synapses; its first weights must be as many "
                "numbers from 0 to 1"
            )
            raise CtloopError(msg)
        out[name] = replace(edges[name], learnt=weights)
    return out


def start_weights(edges: Edges) -> Floats:
    """Give the linear weights a projection starts from; 0.5 where it has learnt nothing."""
    weights = np.full(edges.pre.size, 0.5)
    if edges.learnt is not None:  # an engine may have filled the synapses up behind the real ones
        weights[: edges.learnt.size] = edges.learnt
    return weights


def start_scale(edges: Edges) -> Floats:
    """Give the factor of each synapse's receiver; NaN where it has none."""
    scales = np.full(edges.pre.size, np.nan)
    if edges.scale is not None:
        scales[: edges.scale.size] = edges.scale
    return scales


def factor_of(edges: Edges, *, weight: bool = True, scale: bool = True) -> Floats | float:
    """Give what learning multiplies a projection's conductances with, by synapse; 1 if nothing.

    Parameters
    ----------
    edges : Edges
    weight, scale : bool
        Whether the learnt weights and the receivers' factors count.
    """
    factor = np.ones(edges.pre.size)
    if weight and edges.learnt is not None:
        factor[: edges.learnt.size] *= contrast(edges.learnt)
    if scale and edges.scale is not None:
        factor[: edges.scale.size] *= edges.scale
    return factor if edges.learnt is not None else 1.0


def expressed(edges: Edges) -> Edges:
    """Give the synapses with what they learnt as plain conductances."""
    if edges.learnt is None:
        return edges
    given = edges.conductances
    factor = (given.factor * factor_of(edges)).astype(np.float32)
    return replace(edges, weight_ns=Conductances(given.mix_ns, factor), learnt=None, scale=None)


# --- files ---------------------------------------------------------------------------------------


def to_texts(circuit: Any) -> dict[str, Any]:
    """Write what a circuit has learnt as text that JSON holds without loss; {} if nothing."""
    known: Mapping[int, Mapping[str, Learnt]] = circuit.graph.get(LEARNT) or {}
    return {
        str(seed): {
            name: {
                "wiring": one.wiring,
                "weight": _text(one.weight),
                "scale": None if one.scale is None else _text(one.scale),
            }
            for name, one in records.items()
        }
        for seed, records in known.items()
    }


def from_texts(data: Mapping[str, Any]) -> dict[int, dict[str, Learnt]]:
    """Read back what `to_texts` wrote.

    Raises
    ------
    CtloopError
        If it is damaged.
    """
    try:
        return {
            int(seed): {
                name: Learnt(
                    _array(one["weight"]),
                    str(one["wiring"]),
                    None if one["scale"] is None else _array(one["scale"]),
                )
                for name, one in records.items()
            }
            for seed, records in data.items()
        }
    except (KeyError, TypeError, ValueError, AttributeError, zlib.error) as error:
        msg = f"what the circuit file says was learnt is damaged: {error}"
        raise CtloopError(msg) from error


def _text(values: Floats) -> str:
    return base64.b64encode(zlib.compress(values.astype("<f8").tobytes())).decode()


def _array(text: str) -> Floats:
    values = np.frombuffer(zlib.decompress(base64.b64decode(text, validate=True)), dtype="<f8")
    if not (np.isfinite(values).all() and (values >= 0).all()):
        msg = "a weight is no number of 0 or more"
        raise ValueError(msg)
    return values.astype(np.float64)
