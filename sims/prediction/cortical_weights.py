"""What pathways of cortex have learnt, where they learn too (control "cortex learns")."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits.layout import coordinates
from circuits.records import Edges
from circuits.spec import Circuit, populations, projections
from circuits.wiring import draw
from sims.prediction.training import Course
from thalamus.predictive import PLASTIC

#: Cells are alike if their preferred orientations differ by no more, deg: items of a loop lie so far apart.
ALIKE_DEG = 22.5
NONE_LEARNS = "no pathway of cortex was plastic"
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
    learnt = [name for name, p in projections(circuit).items() if p.plastic and name != PLASTIC]
    courses = [c for c in courses if c.training and learnt]
    if not courses:
        return {k: v for key in KEYS for k, v in ((key, None), (f"{key}_reason", NONE_LEARNS))}
    rows = [_of_seed(course, circuit, learnt) for course in courses]
    found: dict[str, Any] = {}
    for key in KEYS:
        values = [row[key] for row in rows]
        found |= {key: float(np.mean(values)), f"{key}_per_seed": values}
    return found


def _of_seed(course: Course, circuit: Circuit, names: Sequence[str]) -> dict[str, float]:
    wired, known, cells = draw(circuit, course.seed), projections(circuit), populations(circuit)
    records = course.training[-1].records
    excess = []
    for name in names:
        ends = (cells[known[name].source], cells[known[name].target])
        pre, post = (coordinates(end, course.seed).orientation_deg for end in ends)
        excess.append(excess_of_alike(wired[name], pre, post, records[name].weight))
    every = np.concatenate([records[name].weight for name in names])
    return {
        "weight_spread_cortex": float(every.std()),
        "weight_alike_cortex": float(np.mean(excess)),
    }


def excess_of_alike(edges: Edges, pre_deg: Floats, post_deg: Floats, weight: Floats) -> float:
    """Give by how much the weights among cells of like orientation exceed the rest, on the mean; 0 without any.

    Parameters
    ----------
    edges : Edges
    pre_deg, post_deg : array (cells,)
        Preferred orientations of senders and receivers.
    weight : array (synapses,)
        Linear weights.
    """
    apart = np.abs(pre_deg[edges.pre] - post_deg[edges.post])
    alike = np.minimum(apart, 180.0 - apart) <= ALIKE_DEG
    if alike.all() or not alike.any():
        return 0.0
    return float(weight[alike].mean() - weight[~alike].mean())
