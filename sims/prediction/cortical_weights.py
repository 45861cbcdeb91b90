"""What pathways of cortex have learnt, where they learn too (control "cortex learns")."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits.layout import coordinates
from circuits.records import Edges
from circuits.spec import Circuit, populations, projections
from circuits.wiring import draw, orientation_distance
from sims.prediction.decoding import mean_or_none
from sims.prediction.training import Course
from thalamus.predictive import PLASTIC

#: Cells are alike if their preferred orientations differ by no more, deg: half of the least by which items differ.
ALIKE_DEG = 11.25
NONE_LEARNS = "no pathway of cortex was plastic"
ALL_ALIKE = "no pathway joins cells of like orientation as well as others"
KEYS = ("weight_spread_cortex", "weight_alike_cortex")

Floats = NDArray[np.float64]


def of_all(courses: Sequence[Course], circuit: Circuit) -> dict[str, Any]:
    """Measure all seeds: means, and lists as `<key>_per_seed`.

    Parameters
    ----------
    courses : sequence of Course
        One a seed.
    circuit : Circuit
        As it was before learning.

    Returns
    -------
    dict
        None with a `<key>_reason` where no pathway of cortex learnt.
    """
    known = populations(circuit)
    learnt = [
        name
        for name, p in projections(circuit).items()
        if p.plastic
        and name != PLASTIC
        and known[p.source].map == known[p.target].map == "orientation"
    ]
    courses = [c for c in courses if c.training and learnt]
    if not courses:
        return {k: v for key in KEYS for k, v in ((key, None), (f"{key}_reason", NONE_LEARNS))}
    rows = [_of_seed(course, circuit, learnt) for course in courses]
    found: dict[str, Any] = {}
    for key in KEYS:
        values = [row[key] for row in rows if row[key] is not None]
        found |= {key: mean_or_none(np.array(values)), f"{key}_per_seed": values}
        if not values:
            found[f"{key}_reason"] = ALL_ALIKE
    return found


def _of_seed(course: Course, circuit: Circuit, names: Sequence[str]) -> dict[str, float | None]:
    wired, known, cells = draw(circuit, course.seed), projections(circuit), populations(circuit)
    records = course.training[-1].records
    excess = list[float]()
    for name in names:
        ends = (cells[known[name].source], cells[known[name].target])
        pre, post = (coordinates(end, course.seed).orientation_deg for end in ends)
        found = excess_of_alike(wired[name], pre, post, records[name].weight)
        excess += [] if found is None else [found]
    every = np.concatenate([records[name].weight for name in names])
    return {
        "weight_spread_cortex": float(every.std()),
        "weight_alike_cortex": mean_or_none(np.array(excess)),
    }


def excess_of_alike(
    edges: Edges, pre_deg: Floats, post_deg: Floats, weight: Floats
) -> float | None:
    """Give by how much the weights among cells of like orientation exceed the rest, on the mean.

    Parameters
    ----------
    edges : Edges
    pre_deg, post_deg : array (cells,)
        Preferred orientations of senders and receivers.
    weight : array (synapses,)
        Linear weights.

    Returns
    -------
    float or None
        None where all are alike or none are.
    """
    alike = orientation_distance(pre_deg[edges.pre], post_deg[edges.post]) <= ALIKE_DEG
    if alike.all() or not alike.any():
        return None
    return float(weight[alike].mean() - weight[~alike].mean())
