"""What can be lesioned in vitro: the receptors of the one synapse that is stimulated.

A lesion is written as everywhere (`circuits.lesions.language`): "block NMDA", "block AMPA .5", "sham". It
holds from the first test pulse to the last one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from circuits.errors import CtloopError
from circuits.lesions import Lesion, Touched, parse
from sims.plasticity.cells import Receptors

#: Receptors of the synapse, by the name they have in a lesion.
RECEPTORS = ("AMPA", "NMDA")
#: The synapse, as `Touched` names it.
SYNAPSE = "the stimulated synapse"


def receptors_left(lesions: Iterable[str]) -> Receptors:
    """Give what lesions leave of the receptors of the stimulated synapse.

    Parameters
    ----------
    lesions : iterable of str
        "block NMDA" and "block AMPA", each with a dose from 0 to 1 (1 if none is given), and "sham",
        which leaves everything. Blocks of one receptor multiply.

    Raises
    ------
    CtloopError
        For any other lesion, and if both receptors are blocked wholly: no EPSP is left to measure.
    """
    left = Receptors()
    for text in lesions:
        for one in parse(text):
            left = _after(left, one)
    if left.ampa == 0 and left.nmda == 0:
        msg = "with AMPA and NMDA both blocked no EPSP is left to measure; block one of them"
        raise CtloopError(msg)
    return left


def is_sham(lesions: Iterable[str]) -> bool:
    """Return whether a sham is among the lesions."""
    return any(one.verb == "sham" for text in lesions for one in parse(text))


def touched(lesion: str, cells: int) -> Touched:
    """Give what a lesion would touch, without running anything.

    Parameters
    ----------
    lesion : str
    cells : int
        How many virtual cells the experiment has; each has one stimulated synapse.

    Raises
    ------
    CtloopError
        If there is no such lesion in vitro.
    """
    left = receptors_left((lesion,))
    changes = left != Receptors()
    written = "; ".join(str(one) for one in parse(lesion))
    effects = []
    if left.nmda < 1:
        effects.append(f"NMDA conductance and calcium times {left.nmda:g}")
    if left.ampa < 1:
        effects.append(f"AMPA conductance times {left.ampa:g}")
    sentence = f"{written}: touches {SYNAPSE} of each of {cells} virtual cells: "
    sentence += " and ".join(effects) if changes else "changes nothing"
    sentence += "; the learning rate stays as fitted on the intact synapse" if changes else ""
    return Touched((SYNAPSE,), (), cells, 0, changes, sentence)


def _after(left: Receptors, one: Lesion) -> Receptors:
    """Take one lesion from what is left."""
    everywhere = one.where == "*" and one.window_ms is None
    if everywhere and one.verb == "sham":
        return left
    if everywhere and one.verb == "block" and one.detail == "NMDA":
        return replace(left, nmda=left.nmda * (1.0 - one.amount))
    if everywhere and one.verb == "block" and one.detail == "AMPA":
        return replace(left, ampa=left.ampa * (1.0 - one.amount))
    msg = (
        f"in vitro there is one synapse, for the whole experiment: block {' or block '.join(RECEPTORS)}"
        f" (each with a dose from 0 to 1) or sham, not {str(one)!r}"
    )
    raise CtloopError(msg)
