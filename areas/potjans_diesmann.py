"""The local wiring of 1 mm2 of early sensory cortex (Potjans & Diesmann 2014, tables 4 and 5)."""

from __future__ import annotations

import math

#: Cells under 1 mm2.
CELLS = {
    "L23E": 20683,
    "L23I": 5834,
    "L4E": 21915,
    "L4I": 5479,
    "L5E": 4850,
    "L5I": 1065,
    "L6E": 14395,
    "L6I": 2948,
}

#: Connection probability, target row by source column.
PROBABILITY = {
    # target:   L23E    L23I    L4E     L4I     L5E     L5I     L6E     L6I
    "L23E": (0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0.0, 0.0076, 0.0),
    "L23I": (0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0.0, 0.0042, 0.0),
    "L4E": (0.0077, 0.0059, 0.0497, 0.1350, 0.0067, 0.0003, 0.0453, 0.0),
    "L4I": (0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0.0, 0.1057, 0.0),
    "L5E": (0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0.0),
    "L5I": (0.0548, 0.0269, 0.0257, 0.0022, 0.0600, 0.3158, 0.0086, 0.0),
    "L6E": (0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252),
    "L6I": (0.0364, 0.0010, 0.0034, 0.0005, 0.0277, 0.0080, 0.0658, 0.1443),
}

#: Thalamic fibres onto one cell of each group.
THALAMIC = {"L4E": 93.3, "L4I": 57.6, "L6E": 47.4, "L6I": 17.9}


def indegree(target: str, source: str) -> float:
    """How many fibres of `source` reach one cell of `target` (both keys of `CELLS`).

    The probability counts pairs with at least one synapse among random ones with multapses, so
    K = ln(1 - C) / ln(1 - 1/(N_t N_s)) / N_t (Potjans & Diesmann 2014, equation 1).
    """
    p = PROBABILITY[target][list(CELLS).index(source)]
    n_t, n_s = CELLS[target], CELLS[source]
    return math.log1p(-p) / math.log1p(-1.0 / (n_t * n_s)) / n_t
