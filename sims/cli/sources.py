"""Where the numbers of a circuit are from: the bibliography, and what is assumed and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sims.report.tables import paragraph

if TYPE_CHECKING:
    from circuits.records import Population, Projection

ASSUMED = "assumed: "
Uses = dict[str, dict[str, list[str]]]


def uses(populations: Sequence[Population], projections: Sequence[Projection]) -> Uses:
    """Collect what every source is used for.

    Parameters
    ----------
    populations, projections : sequences of records

    Returns
    -------
    dict of str to (dict of str to list of str)
        Citation key or "assumed: <reason>" -> parameter -> who has it, each named once.
        The parameter "*" stands for all a record's numbers that have no source of their own.
    """
    found: Uses = defaultdict(lambda: defaultdict(list))
    for owner, sources in _all_sources(populations, projections):
        for parameter, source in sources.items():
            owners = found[source][parameter]
            if owner not in owners:
                owners.append(owner)
    return found


def _all_sources(
    populations: Sequence[Population], projections: Sequence[Projection]
) -> Iterator[tuple[str, Mapping[str, str]]]:
    for population in populations:
        yield f"cell type {population.cell.name}", population.cell.sources
        yield population.name, population.sources
    for projection in projections:
        yield projection.name, projection.sources


def bibliography(found: Uses, references: Mapping[str, str]) -> str:
    """List the references the circuit rests on, each with what it is used for.

    Also those that an assumption refers to.

    Parameters
    ----------
    found : dict
        From `uses`.
    references : mapping of str to str
        Citation key -> full reference.
    """
    from circuits.spec.sources import cited

    direct = {source for source in found if not source.startswith(ASSUMED)}
    keys = sorted(direct.union(*(cited(source) for source in found)), key=str.casefold)
    lines = [f"{len(keys)} sources"]
    for key in keys:
        reference = f": {references[key]}" if key in references else ""  # "set by the user"
        lines += ["", paragraph(f"{key}{reference}")]
        if key in found:
            lines += [paragraph(f"for {_used_for(found[key])}", indent=4)]
        leaning = [s for s in found if s not in direct and key in cited(s)]
        lines += [
            paragraph(f"in an assumption about: {_used_for(found[s])}", indent=4) for s in leaning
        ]
    return "\n".join(lines)


def assumptions(found: Uses) -> str:
    """List what is assumed and why; these are the numbers to sweep."""
    assumed = sorted(source for source in found if source.startswith(ASSUMED))
    lines = [f"{len(assumed)} assumptions (numbers to sweep)"]
    for source in assumed:
        lines += ["", paragraph(source.removeprefix(ASSUMED))]
        lines += [paragraph(f"for {_used_for(found[source])}", indent=4)]
    return "\n".join(lines)


def _used_for(parameters: Mapping[str, Sequence[str]]) -> str:
    """Write "b_pa of cell type IB; gain of 13 (V1.L23E -> V2.L4E and others)"."""
    phrases: list[str] = []
    for parameter, owners in parameters.items():
        what = "all else" if parameter == "*" else parameter
        more = f"{len(owners)} ({owners[0]} and others)"
        phrases.append(f"{what} of {owners[0] if len(owners) == 1 else more}")
    return "; ".join(phrases)
