"""Spikes from a file, and spikes of a file as those of a circuit's spike sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from circuits.errors import CtloopError, UnknownName
from circuits.files import is_file
from circuits.records import Spikes
from circuits.spec import Circuit, populations
from sims.recordings.files import Kind, read_file

#: What the units of a file that names no populations are called.
UNITS = "units"
_MS = {"ms": 1.0, "milliseconds": 1.0, "s": 1e3, "seconds": 1e3}


def read_spikes(path: str | Path) -> dict[str, Spikes]:
    """Read all spikes of a file, by population.

    Parameters
    ----------
    path : str or Path
        SONATA (`/spikes/NAME/timestamps` and `node_ids`), a run's own `run.h5` included; or NWB, whose
        units may have the columns `population` and `node_id`.

    Returns
    -------
    dict of str to Spikes
        In ms. Units of an NWB file without populations are one, `UNITS`, numbered in their order.

    Raises
    ------
    CtloopError
        If it is no such file, or without spikes.
    """
    found = read_file(path, _spikes, "SONATA", "NWB")
    if not found:
        msg = f"{path} holds no spikes"
        raise CtloopError(msg)
    return found


def _spikes(file: Any, kind: Kind) -> dict[str, Spikes]:
    return spikes_of_nwb(file) if kind == "NWB" else _of_sonata(file)


def _of_sonata(file: Any) -> dict[str, Spikes]:
    found = {}
    for name, group in file["spikes"].items():
        times = group["timestamps"]
        unit = times.attrs.get("units", "ms")
        word = unit.decode() if isinstance(unit, bytes) else str(unit)
        if word not in _MS:
            msg = f"timestamps are in {word}, not in ms or s"
            raise ValueError(msg)
        found[name] = _sorted(
            times[:].astype(np.float64) * _MS[word], group["node_ids"][:].astype(np.int64)
        )
    return found


def spikes_of_nwb(file: Any) -> dict[str, Spikes]:
    """Read the spikes of an open NWB file, see `read_spikes`; {} if it has none."""
    if "units" not in file or "spike_times" not in file["units"]:
        return {}
    units = file["units"]
    counts = np.diff(units["spike_times_index"][:].astype(np.int64), prepend=0)
    total = counts.size
    names = units["population"].asstr()[:] if "population" in units else np.full(total, UNITS)
    unit = np.repeat(np.arange(total), counts)
    times_ms = units["spike_times"][:].astype(np.float64) * 1e3
    found = {}
    for name in dict.fromkeys(names.tolist()):
        own = np.flatnonzero(names == name)
        local = np.full(total, -1, np.int64)
        local[own] = units["node_id"][:][own] if "node_id" in units else np.arange(own.size)
        inside = np.isin(unit, own)
        found[str(name)] = _sorted(times_ms[inside], local[unit[inside]])
    return found


def _sorted(times_ms: np.ndarray[Any, Any], cells: np.ndarray[Any, Any]) -> Spikes:
    if times_ms.shape != cells.shape or not np.isfinite(times_ms).all() or (cells < 0).any():
        msg = "its spike times and cells do not fit"
        raise ValueError(msg)
    order = np.lexsort((cells, times_ms))
    return Spikes(times_ms[order], cells[order])


def given_spikes(texts: Sequence[str], circuit: Circuit) -> dict[str, Spikes]:
    """Read the spikes that a user has spike sources replay.

    Parameters
    ----------
    texts : sequence of str
        "FILE" or "POPULATION=FILE". A file alone goes to the spike sources whose names are in it, or to the only
        spike source if it holds one population.
    circuit : networkx.MultiDiGraph

    Returns
    -------
    dict of str to Spikes
        By spike source, from time 0; spikes before it are left out.

    Raises
    ------
    CtloopError
        If a population is no spike source, or has fewer cells than the file, or the file has nothing for it.
    """
    known = populations(circuit)
    sources = {n: p.count for n, p in known.items() if p.spike_source}
    found: dict[str, Spikes] = {}
    for text in texts:
        name, path = split(text)
        if name and name not in sources:
            kind = "spike source"
            raise UnknownName(kind, name, sources)
        for population, spikes in _chosen(name, path, read_spikes(path), sources).items():
            most = int(spikes.cells.max(initial=-1)) + 1
            if most > sources[population]:
                msg = f"{path} has spikes of cell {most - 1}; {population} has {sources[population]} cells, from 0"
                raise CtloopError(msg)
            inside = spikes.times_ms >= 0
            found[population] = Spikes(spikes.times_ms[inside], spikes.cells[inside])
    return found


def split(text: str) -> tuple[str, str]:
    """Split "POPULATION=FILE" into both; "" stands for no population. A file's own name may hold "="."""
    name, equals, path = text.partition("=")
    return ("", text) if not equals or is_file(text) else (name.strip(), path)


def _chosen(
    name: str, path: str, there: Mapping[str, Spikes], sources: Mapping[str, int]
) -> dict[str, Spikes]:
    """Choose what of a file goes to which spike source."""
    if name:
        if name in there or len(there) == 1:
            return {name: there.get(name, next(iter(there.values())))}
    else:
        both = {n: s for n, s in there.items() if n in sources}
        if both:
            return both
        if len(there) == len(sources) == 1:
            return {next(iter(sources)): next(iter(there.values()))}
    held = ", ".join(sorted(there)[:6])
    what = name or f"any spike source ({', '.join(sources) or 'there is none'})"
    msg = f"{path} holds no spikes of {what}, but of {held}"
    raise CtloopError(msg)
