"""The firing of single cells: simulated, measured, and put beside what was published (`ctloop cell`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from circuits.spec.bibliography import BIBLIOGRAPHY
from sims.cells.measures import measured, rates
from sims.cells.protocol import Protocol, Tested, run
from sims.cells.specimens import Specimen, specimens
from sims.report.result_table import Cell, ResultTable

if TYPE_CHECKING:
    from areas.firing import Published
    from sims.cells.declaration import CellRequest
    from sims.report.progress import Progress

#: So many currents of an f-I curve are printed.
PRINTED = 13
Found = list[tuple[Specimen, Tested, dict[str, float | None]]]


def measure(request: CellRequest, progress: Progress) -> ResultTable:
    """Inject currents into the cells that are asked for, and measure how they fire.

    Parameters
    ----------
    request : CellRequest
    progress : Progress

    Returns
    -------
    ResultTable
        What was measured beside what was published; the f-I curves and the rebounds are its further tables.
    """
    chosen = specimens(request.circuits()[0], request.names)
    protocol = Protocol(
        current_pa=np.array(
            [k * request.step_pa for k in range(round(request.highest_pa / request.step_pa) + 1)]
        ),
        duration_ms=request.duration_ms,
        hold_mv=request.hold_mv,
        below_mv=sorted(float(x) for x in request.below_mv),
        for_ms=sorted(float(x) for x in request.for_ms),
    )
    progress.stage("simulating", 1.0)
    tested = run(
        [s.cell for s in chosen], protocol, lambda done: progress.update("simulating", done)
    )
    progress.done("simulating")
    found = [
        (s, t, measured(s.cell, t, request.duration_ms))
        for s, t in zip(chosen, tested, strict=True)
    ]
    return _measures(found, request.duration_ms)


def _measures(found: Found, duration_ms: float) -> ResultTable:
    """Put what was measured beside what was published, one row a published point."""
    rows = [
        (s.label, name, value, _range(point), None if point is None else point.source, about)
        for s, _, values in found
        for name, value in values.items()
        for point, about in _points_of(s, name)
        if value is not None or point is not None
    ]  # fmt: skip
    without = [name for s, *_ in found for name, points in s.owners.items() if not points]
    notes = [f"{s.label} is the cell of {', '.join(s.owners)}." for s, *_ in found]
    keys = sorted({p.source for s, *_ in found for p in s.points()})
    notes += [BIBLIOGRAPHY[key] for key in keys]
    if without:
        notes.append(f"No published points are known for {', '.join(without)}.")
    return ResultTable(
        title="Cells by themselves: no synapses, no noise, the injected current alone",
        heads=("cell", "measure", "here", "published", "source", "measured in"),
        rows=tuple(rows),
        notes=tuple(notes),
        metrics={
            f"{s.label}.{name}": value for s, _, values in found for name, value in values.items()
            if value is not None
        },
        results={"cells": [_plain(*one, duration_ms) for one in found]},
        further={"curve": _curves(found, duration_ms), "rebound": _rebounds(found)},
    )  # fmt: skip


def _points_of(specimen: Specimen, name: str) -> Sequence[tuple[Published | None, str | None]]:
    """List the published points of a measure, each with whose it is and how it was measured."""
    found = [
        (
            point,
            point.how if len(names) == len(specimen.owners) else f"{', '.join(names)}: {point.how}",
        )
        for point, names in specimen.points().items()
        if point.measure == name
    ]
    return found or [(None, None)]


def _range(point: Published | None) -> str | None:
    """Write a published range: "5-12", ">= 300", "<= 250"."""
    if point is None:
        return None
    if not np.isfinite(point.high):
        return f">= {point.low:g}"
    return f"<= {point.high:g}" if point.low <= 0 else f"{point.low:g}-{point.high:g}"


def _curves(found: Found, duration_ms: float) -> ResultTable:
    rows: list[tuple[Cell, ...]] = []
    for s, t, _ in found:
        every = max(1, round((len(t.current_pa) - 1) / (PRINTED - 1)))
        for k in range(0, len(t.current_pa), every):
            rows.append((s.label, float(t.current_pa[k]), *rates(t.spikes_ms[k], duration_ms)))
    return ResultTable(
        title=f"f-I curve: rate in steps of {duration_ms:g} ms from rest",
        heads=("cell", "current pA", "rate Hz", "first interval Hz", "adapted Hz"),
        rows=tuple(rows),
        notes=(
            "First interval: its inverse. Adapted: the mean rate in the second half of the step.",
        ),
    )


def _rebounds(found: Found) -> ResultTable:
    rows: list[tuple[Cell, ...]] = []
    for s, t, _ in found:
        for d, below in enumerate(t.below_mv):
            longest = t.rebound_ms[d][-1]
            first = float(longest[0]) if len(longest) else None
            hz = 1e3 / float(np.diff(longest[:2])[0]) if len(longest) > 1 else None
            counts = [len(spikes) for spikes in t.rebound_ms[d]]
            rows.append(
                (
                    s.label,
                    round(t.hold_mv, 1),
                    float(below),
                    float(t.step_pa[d]),
                    *counts,
                    first,
                    hz,
                )
            )
    times = [f"after {for_ms:g} ms" for for_ms in found[0][1].for_ms]
    return ResultTable(
        title="Rebound: spikes within 300 ms after a hyperpolarising current, by how long it lasted",
        heads=("cell", "held at mV", "mV below", "current pA", *times, "latency ms", "first interval Hz"),
        rows=tuple(rows),
        notes=(
            "The current is the one that would bring the cell so far below in the end. Latency and "
            "first interval are those after the longest time.",
        ),
    )  # fmt: skip


def _plain(
    specimen: Specimen, tested: Tested, values: dict[str, float | None], duration_ms: float
) -> dict[str, Any]:
    """Give what a figure shows, as JSON takes it."""
    columns = zip(*(rates(s, duration_ms) for s in tested.spikes_ms), strict=True)
    points = [
        {"measure": p.measure, "low": p.low, "high": None if np.isinf(p.high) else p.high,
         "source": p.source, "populations": names}
        for p, names in specimen.points().items()
    ]  # fmt: skip
    return {
        "label": specimen.label,
        "populations": list(specimen.owners),
        "current_pa": tested.current_pa.tolist(),
        **dict(zip(("rate_hz", "first_hz", "adapted_hz"), map(list, columns), strict=True)),
        "hold_mv": tested.hold_mv,
        "below_mv": tested.below_mv.tolist(),
        "for_ms": tested.for_ms.tolist(),
        "rebound_spikes": [[len(s) for s in row] for row in tested.rebound_ms],
        "time_ms": tested.time_ms.tolist(),
        "rebound_mv": tested.rebound_mv.round(2).tolist(),
        "rebound_times_ms": tested.rebound_ms[-1][-1].tolist(),
        "measures": values,
        "published": points,
    }
