"""The whole loop: V1, V2, LGN, TRN and pulvinar as one circuit."""

from __future__ import annotations

from areas.interareal import between
from areas.v1 import V1
from areas.v2 import V2
from circuits.errors import CtloopError
from circuits.learning.record import Learning
from circuits.spec import Circuit, assemble, with_learning
from thalamus import nuclei, pathways
from thalamus.names import BURSTER, ROLES

#: A hundredth of the cells under 1 mm2 of V1 and of V2 (the loop's own classes thinned less): a
#: second of it takes under two.
DEFAULT_SCALE = 0.01


def corticothalamic_loop(scale: float = DEFAULT_SCALE) -> Circuit:
    """Give the spec of the corticothalamic loop.

    Parameters
    ----------
    scale : float
        Fraction of the cells under 1 mm2 of V1 and 1 mm2 of V2, more than 0, at most 1. Cells are
        thinned in density and every orientation is kept; the loop's own classes are thinned last.

    Returns
    -------
    networkx.MultiDiGraph
        With its scale and the parts its populations play (`thalamus.names.ROLES`).

    Raises
    ------
    CtloopError
        If the scale is out of range.
    """
    if not 0 < scale <= 1:
        msg = f"the scale is a fraction of the cells under 1 mm2, more than 0 and at most 1, not {scale:g}"
        raise CtloopError(msg)
    circuit = assemble(
        [*V1.populations(scale), *V2.populations(scale), *nuclei.populations(scale)],
        [
            *V1.projections(scale),
            *V2.projections(scale),
            *between(V1, V2, scale),
            *pathways.projections(),
        ],
        scale=scale,
        roles=ROLES,
    )
    return with_learning(circuit, Learning(burst_source=BURSTER))
