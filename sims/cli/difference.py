"""`ctloop circuit --diff A B`: what differs between two circuits, and where each number is from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from circuits.errors import CtloopError
from sims.report.tables import table

if TYPE_CHECKING:
    from circuits.spec import Circuit


def shown(one: Path, other: Path) -> str:
    """Lay out what differs between two circuits.

    Parameters
    ----------
    one, other : Path
        Circuit files or run folders.

    Raises
    ------
    CtloopError
        If one is neither, or a run that stored no circuit.
    """
    from circuits.spec.difference import difference

    changes = difference(circuit_at(one), circuit_at(other))
    if not changes:
        return f"{one} and {other} are the same circuit"
    rows = [
        (c.owner, c.parameter, *map(_word, c.values), _sources(*c.sources)) for c in changes
    ]  # fmt: skip
    title = f"{len(changes)} difference{'' if len(changes) == 1 else 's'}: A is {one}, B is {other}"
    return table(title, ["of", "what", ">A", ">B", "source"], rows)


def circuit_at(path: Path) -> Circuit:
    """Read a circuit from its file or from a run.

    Raises
    ------
    CtloopError
        If there is none.
    """
    from circuits.runs.store import read_meta
    from circuits.spec import from_dict, load

    if not path.is_dir():
        return load(path)
    spec = read_meta(path).get("spec")
    if spec is None:
        msg = f"{path} is a run that stores no circuit"
        raise CtloopError(msg)
    return from_dict(spec)


def _word(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _sources(one: str, other: str) -> str:
    return one if one == other else f"{one or '-'} | {other or '-'}"
