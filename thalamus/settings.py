"""What a variant of the loop changes, as rows: a number or a wiring rule, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from circuits.records import Rule
from circuits.spec import Circuit, find_projection, set_parameter, with_projection


@dataclass(frozen=True, slots=True)
class Setting:
    """One number of a variant: what it is called, its value with unit, and where it is from.

    Attributes
    ----------
    path : str
        As in `circuits.spec.set_parameter`: "V2.L6CT->Pulvinar.TRC.gain".
    value : str
        A number with its unit: "95pA".
    why : str
        A key of the bibliography, or "assumed: <reason>".
    """

    path: str
    value: str
    why: str

    @property
    def text(self) -> str:
        """The setting as a user would write it, "V1.L5IB.b=80pA"."""
        return f"{self.path}={self.value}"


@dataclass(frozen=True, slots=True)
class Rewiring:
    """One projection that is wired by another rule in a variant, and why.

    Attributes
    ----------
    projection : str
        Its name, "V1.L5IB -> Pulvinar.TRC".
    rule : Rule
        The rule that replaces its own.
    why : str
        A key of the bibliography, or "assumed: <reason>".
    """

    projection: str
    rule: Rule
    why: str


def with_settings(circuit: Circuit, settings: Iterable[Setting]) -> Circuit:
    """Give a copy of the circuit with these numbers, each with its own reason as source.

    Raises
    ------
    CtloopError, UnknownName
        See `circuits.spec.set_parameter`.
    """
    for setting in settings:
        circuit = set_parameter(circuit, setting.text, source=setting.why)
    return circuit


def rewired(circuit: Circuit, rewirings: Iterable[Rewiring]) -> Circuit:
    """Give a copy of the circuit in which these projections have these rules.

    Raises
    ------
    UnknownName
        If the circuit does not have one of the projections.
    """
    for row in rewirings:
        known = find_projection(circuit, row.projection)
        sources = {**known.sources, "rule": row.why}
        circuit = with_projection(circuit, replace(known, rule=row.rule, sources=sources))
    return circuit
