"""Lesions as graph transforms: a circuit and a sentence give a new circuit, the old one stays.

A lesion changes numbers of the spec and nothing else: no population or projection is removed, so
every random draw stays where it was and nothing is compiled again. See `circuits.lesions.language` for
the language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import pairwise

from circuits.errors import CtloopError, UnknownName
from circuits.lesions.language import PROPERTIES, SILENCING_PA, Lesion, parse
from circuits.records import Population, Projection
from circuits.spec import (
    WINDOWED_LESIONS,
    Circuit,
    check,
    populations,
    projections,
    same,
    with_population,
    with_projection,
)

__all__ = ["Lesion", "Touched", "at_time", "lesion", "parse", "touched", "window_times"]

#: Surrogate of each verb and detail, as a projection records it.
_SURROGATE = {
    "rate_matched": "rate_matched",
    "across cells": "replay cells",
    "in time": "replay time",
}


def lesion(circuit: Circuit, text: str | Lesion) -> Circuit:
    """Lesion a circuit.

    Parameters
    ----------
    circuit : networkx.MultiDiGraph
        The spec; it stays as it is.
    text : str or Lesion
        What to do: "V1.L5IB -> Pulvinar.TRC", "scale V2.L6CT->Pulvinar.TRC .5",
        "swap stp V1.L5IB->Pulvinar.TRC with V2.L6CT->Pulvinar.TRC", "silence TRN from 2s to 3s".
        Several sentences are joined by ";". See `circuits.lesions.language`.

    Returns
    -------
    networkx.MultiDiGraph
        The lesioned circuit. Which synapses or cells a fraction takes is chosen by the seed of
        the run; a larger fraction takes the same ones and more.

    Raises
    ------
    CtloopError
        If the text cannot be read, or a projection it acts on lacks what it acts on.
    UnknownName
        If nothing matches, with the nearest names.
    """
    sentences = parse(text) if isinstance(text, str) else (text,)
    for one in sentences:
        lesioned = _apply(circuit, one)
        if one.window_ms is None:
            circuit = lesioned
        else:
            texts = tuple(sorted({*circuit.graph.get(WINDOWED_LESIONS, ()), str(one)}))
            circuit = circuit.copy()
            circuit.graph[WINDOWED_LESIONS] = texts
    check(circuit)
    return circuit


def at_time(circuit: Circuit, time_ms: float) -> Circuit:
    """Give the circuit as it is at one time: windowed lesions applied or not.

    Parameters
    ----------
    circuit : networkx.MultiDiGraph
    time_ms : float
        From the start of the simulation; a window holds its start and not its end.

    Returns
    -------
    networkx.MultiDiGraph
        Without windows. The same populations and projections in the same order.
    """
    windows = circuit.graph.get(WINDOWED_LESIONS, ())
    if not windows:
        return circuit
    circuit = circuit.copy()
    del circuit.graph[WINDOWED_LESIONS]
    for text in windows:
        for one in parse(text):
            if one.window_ms is not None and one.window_ms[0] <= time_ms < one.window_ms[1]:
                circuit = lesion(circuit, replace(one, window_ms=None))
    return circuit


def window_times(circuit: Circuit, duration_ms: float) -> list[float]:
    """List the times at which a lesion begins or ends, between 0 and the duration, ms."""
    times = {
        edge
        for text in circuit.graph.get(WINDOWED_LESIONS, ())
        for one in parse(text)
        for edge in one.window_ms or ()
    }
    return sorted(t for t in times if 0 < t < duration_ms)


# --- what is touched -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Touched:
    """What a lesion acts on, before anything is built.

    Attributes
    ----------
    projections, populations : tuple of str
        Names.
    synapses, cells : int
        Modelled synapses of these projections, modelled cells of these populations that are meant
        (the fraction of a cut or a silencing already taken).
    changes : bool
        Whether any number of the spec changes; a sham changes none.
    summary : str
        The whole in one line, with what happens to learning.
    """

    projections: tuple[str, ...]
    populations: tuple[str, ...]
    synapses: int
    cells: int
    changes: bool
    summary: str


def touched(circuit: Circuit, text: str | Lesion) -> Touched:
    """Find out what a lesion would act on, and whether it changes anything.

    Parameters
    ----------
    circuit : networkx.MultiDiGraph
        It stays as it is.
    text : str or Lesion
        As `lesion` takes it.

    Raises
    ------
    CtloopError, UnknownName
        As `lesion` does.
    """
    sentences = parse(text) if isinstance(text, str) else (text,)
    lesioned = lesion(circuit, text)
    chosen_projections: dict[str, Projection] = {}
    chosen_populations: dict[str, Population] = {}
    synapses = cells = 0.0
    known = populations(circuit)
    for one in sentences:
        onto_projections, onto_populations = _places(circuit, one)
        for p in onto_projections:
            share = one.amount if one.verb == "cut" else 1.0
            if p.name not in chosen_projections:
                synapses += share * known[p.target].count * min(p.modelled, known[p.source].count)
            chosen_projections[p.name] = p
        for q in onto_populations:
            if q.name not in chosen_populations:
                cells += q.count * (one.fraction if one.verb == "drive" else one.amount)
            chosen_populations[q.name] = q
    always = [replace(one, window_ms=None) for one in sentences]
    changes = any(not same(circuit, _apply(circuit, one)) for one in always)
    goes_on = {n for n, p in projections(lesioned).items() if p.plastic}
    plastic = [n for n, p in chosen_projections.items() if p.plastic]
    parts = []
    if chosen_populations:
        parts.append(f"about {cells:.0f} cells of {_some(chosen_populations)}")
    if chosen_projections:
        parts.append(f"about {synapses:.0f} synapses of {_some(chosen_projections)}")
    summary = f"{'; '.join(map(str, sentences))}: touches {' and '.join(parts)}"
    summary += "" if changes else "; changes nothing"
    if plastic:
        learning = goes_on.intersection(plastic)
        summary += f"; of {len(plastic)} plastic projections {len(learning)} go on learning"
    names = tuple(chosen_projections), tuple(chosen_populations)
    return Touched(*names, round(synapses), round(cells), changes, summary)


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    return ", ".join(listed[:3]) + (f" and {len(listed) - 3} more" if len(listed) > 3 else "")


# --- transforms ----------------------------------------------------------------------------------

_CELLS = ("silence", "drive")


def _places(circuit: Circuit, one: Lesion) -> tuple[list[Projection], list[Population]]:
    """Find the projections or the populations a sentence is about."""
    if one.verb in _CELLS:
        return [], matching_populations(circuit, one.where)
    chosen_projections = matching_projections(circuit, one.where)
    if one.verb == "block":
        chosen_projections = [p for p in chosen_projections if one.detail in p.receptors]
        if not chosen_projections:
            msg = f"no projection that {one.where!r} names has {one.detail} receptors"
            raise CtloopError(msg)
    if one.partner:
        chosen_projections += matching_projections(circuit, one.partner)
    return chosen_projections, []


def _apply(circuit: Circuit, one: Lesion) -> Circuit:
    chosen_projections, chosen_populations = _places(circuit, one)
    if one.verb == "swap":
        return with_projection(circuit, *_swapped(chosen_projections, one))
    if chosen_populations:
        for q in chosen_populations:
            circuit = with_population(circuit, _on_cells(q, one))
        return circuit
    return with_projection(circuit, *(_ON_PROJECTION[one.verb](p, one) for p in chosen_projections))


def _cut(p: Projection, one: Lesion) -> Projection:
    # A pathway that is gone does not learn either: at gain 0 its calcium would go on integrating.
    return replace(
        p,
        cut_fraction=max(p.cut_fraction, one.amount),
        plastic=p.plastic and one.amount < 1,
    )


def _block(p: Projection, one: Lesion) -> Projection:
    left = {r: g * (1 - one.amount if r == one.detail else 1.0) for r, g in p.receptors.items()}
    return replace(p, receptors=left)


def _static(p: Projection, one: Lesion) -> Projection:
    # Times of 0 recover between any two spikes: every spike releases U, as the first one does.
    return p if p.stp is None else replace(p, stp=replace(p.stp, D_ms=0.0, F_ms=0.0))


def _surrogate(p: Projection, one: Lesion) -> Projection:
    return replace(p, surrogate=_SURROGATE[one.detail or one.verb])


_ON_PROJECTION: dict[str, Callable[[Projection, Lesion], Projection]] = {
    "cut": _cut,
    "scale": lambda p, one: replace(p, gain=p.gain * one.amount),
    "sham": lambda p, one: replace(p, gain=p.gain * 1.0),
    "block": _block,
    "static": _static,
    "freeze": lambda p, one: replace(p, plastic=False),
    "rate_matched": _surrogate,
    "replay": _surrogate,
}


def _on_cells(q: Population, one: Lesion) -> Population:
    if one.verb == "silence" and not one.detail:
        return replace(q, silenced_fraction=max(q.silenced_fraction, one.amount))
    if q.spike_source:
        msg = f"{q.name} replays spikes and takes no current; silence it instead"
        raise CtloopError(msg)
    step = (SILENCING_PA, one.amount) if one.verb == "silence" else (one.amount, one.fraction)
    if 0.0 in step:
        return q
    return replace(q, currents=tuple(sorted((*q.currents, step))))


def _swapped(chosen_projections: list[Projection], one: Lesion) -> list[Projection]:
    if len(chosen_projections) != 2 or chosen_projections[0].name == chosen_projections[1].name:
        msg = (
            f"swap takes one projection on each side; {one.where!r} with {one.partner!r} names "
            + (f"{len(chosen_projections)}" if len(chosen_projections) != 2 else "the same")
        )
        raise CtloopError(msg)
    a, b = chosen_projections
    fields = PROPERTIES[one.detail]
    return [
        replace(a, **{f: getattr(b, f) for f in fields}),
        replace(b, **{f: getattr(a, f) for f in fields}),
    ]


# --- names ---------------------------------------------------------------------------------------


def matching_populations(circuit: Circuit, pattern: str) -> list[Population]:
    """Find populations by name, area or pattern with "*" and "?".

    Raises
    ------
    UnknownName
        If there is none.
    """
    known = populations(circuit)
    matching = [q for name, q in known.items() if _is(name, pattern)]
    if not matching:
        raise UnknownName("population", pattern, [*known, *(n.partition(".")[0] for n in known)])
    return matching


def matching_projections(circuit: Circuit, where: str) -> list[Projection]:
    """Find the projections a place names: "A -> B", "A -> B -> C", or cells they leave from.

    Raises
    ------
    UnknownName
        If one end, or one hop, matches nothing.
    """
    known = projections(circuit)
    hops = [hop.strip() for hop in where.split("->")]
    if len(hops) == 1:
        names = {q.name for q in matching_populations(circuit, hops[0])}
        matching = [p for p in known.values() if p.source in names]
        if not matching:
            msg = f"no projection leaves {hops[0]}"
            raise CtloopError(msg)
        return matching
    picked: dict[str, Projection] = {}
    for source, end in pairwise(hops):
        target, _, key = (part.strip() for part in end.partition("#"))
        source = source.partition("#")[0].strip()
        for name in (source, target):
            matching_populations(circuit, name)
        hop = {
            name: p
            for name, p in known.items()
            if _is(p.source, source) and _is(p.target, target) and (not key or p.key == key)
        }
        if not hop:
            raise UnknownName("projection", f"{source} -> {end}", known)
        picked |= hop
    return [p for name, p in known.items() if name in picked]


def _is(name: str, pattern: str) -> bool:
    return fnmatchcase(name, pattern) or fnmatchcase(name.partition(".")[0], pattern)
