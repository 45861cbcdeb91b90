"""Where the drawing of a circuit puts every population: laminae, areas, and nuclei below cortex.

Positions are in units of the drawing: x to the right, y up, one lamina about 1.5 high.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from circuits.records import Population, Projection
from figures.style import palette

LAMINA_Y = {"L1": 6.6, "L23": 5.3, "L4": 3.8, "L5": 2.3, "L6": 0.8}
AREA_STEP, AREA_WIDTH = 8.2, 4.6
RETICULAR_Y, NUCLEUS_Y, RETINA_Y = -1.3, -3.0, -5.0
#: Below the first area: the relay cells of its own nucleus and the retina, and their reticular sector.
FIRST_X, FIRST_SECTOR_X = 1.7, 3.2
Point = tuple[float, float]


def place_populations(
    populations: Iterable[Population],
    projections: Iterable[Projection],
    role: Mapping[str, str],
) -> dict[str, Point]:
    """Place every population: in its lamina's row and its area's column; nuclei below cortex.

    Parameters
    ----------
    populations, projections : iterable
        Of one circuit.
    role : mapping of str to str
        Role -> population, see `figures.style.roles`. Nuclei without a role stand to the right.

    Returns
    -------
    dict of str to (x, y)
    """
    everyone, wired = list(populations), list(projections)
    left = area_columns(everyone)
    last = max(left.values(), default=0.0)
    leaving, nuclei = _leaving_classes(everyone, wired), _nuclei(everyone, wired, role, left)
    at: dict[str, Point] = {}
    spare = 0
    for population in everyone:
        name = population.name
        if population.lamina:
            at[name] = _in_area(population, everyone, leaving, left[population.area], last)
        elif name in nuclei:
            at[name] = nuclei[name]
        else:
            spare += 1
            at[name] = (last + AREA_WIDTH + 1.6 * spare, NUCLEUS_Y)
    return at


def area_columns(populations: Iterable[Population]) -> dict[str, float]:
    """Give the left edge of every cortical area."""
    areas = dict.fromkeys(p.area for p in populations if p.lamina)
    order = sorted(areas, key=lambda area: palette.place(f"{area}."))
    return {area: i * AREA_STEP for i, area in enumerate(order)}


def lamina_key(population: Population) -> str:
    """Write a lamina as in `LAMINA_Y`: "L2/3" and "L23" are both "L23"."""
    return population.lamina.replace("/", "")


def _leaving_classes(everyone: Sequence[Population], projections: Iterable[Projection]) -> set[str]:
    """Find the classes of cortical cells that project out of cortex, in whichever area."""
    lamina = {p.name: p.lamina for p in everyone}
    return {
        palette.cell_class(p.source) for p in projections if lamina[p.source] and not lamina[p.target]
    }  # fmt: skip


def _nuclei(
    everyone: Sequence[Population],
    projections: Iterable[Projection],
    role: Mapping[str, str],
    left: Mapping[str, float],
) -> dict[str, Point]:
    """Place the populations that have a role below cortex, their interneurons and their sectors.

    The first area stands above its own nucleus, and the nucleus between the areas below their gap.
    What inhibits relay cells from outside the thalamus stands below it.
    """
    gap = (AREA_STEP + AREA_WIDTH) / 2 if len(left) > 1 else AREA_WIDTH
    relay, lgn_relay = role["relay"], role["lgn_relay"]
    at: dict[str, Point] = {
        lgn_relay: (FIRST_X, NUCLEUS_Y),
        role["retina"]: (FIRST_X, RETINA_Y),
        relay: (gap, NUCLEUS_Y),
    }
    structure = {p.name: p.area for p in everyone}
    wired = list(projections)
    inhibits = {(p.source, p.target) for p in wired if p.role == "inhibitory"}
    outside = extrathalamic(everyone, wired, relay)
    for one in everyone:
        if one.lamina or one.transmitter != "inh":
            continue
        if one.area == structure.get(relay):
            at[one.name] = (gap - 2.2, NUCLEUS_Y - 0.7)
        elif one.name in outside:
            at[one.name] = (gap - 1.45, RETINA_Y)
        elif (one.name, relay) in inhibits:
            at[one.name] = (gap + 3.4, RETICULAR_Y)
        elif (one.name, lgn_relay) in inhibits and one.area != structure[lgn_relay]:
            at[one.name] = (FIRST_SECTOR_X, RETICULAR_Y)
    return at


def extrathalamic(
    populations: Iterable[Population], projections: Iterable[Projection], relay: str
) -> set[str]:
    """Find what inhibits relay cells from outside the thalamus: no own interneurons, no loop with them.

    Parameters
    ----------
    populations, projections : iterable
        Of one circuit.
    relay : str
        The relay cells.
    """
    area, wired = {p.name: p.area for p in populations}, list(projections)
    excited = {p.target for p in wired if p.source == relay}
    inhibits = {p.source for p in wired if p.target == relay and p.role == "inhibitory"}
    return {n for n in inhibits - excited if area[n] != area[relay]}


def _in_area(
    one: Population,
    everyone: Sequence[Population],
    leaving: Collection[str],
    left: float,
    last: float,
) -> Point:
    """Place cortical cells in their lamina: what leaves cortex inside, inhibition outside.

    Areas mirror each other, so that the cells that project to the pulvinar face it between them.
    Layer 4 stands where its input comes up: from the LGN in the first area, from the pulvinar in
    the last.
    """
    row = [p for p in everyone if (p.area, p.lamina) == (one.area, one.lamina)]
    same = palette.ordered(p.name for p in row if p.transmitter == one.transmitter)
    lamina = lamina_key(one)
    if one.transmitter == "exc":
        same.sort(key=lambda name: palette.cell_class(name) not in leaving)
        first = {"L5": 4.1, "L6": 3.6}.get(lamina, 3.95)
        offset = first - 1.2 * same.index(one.name)
        if len(same) == 1:
            offset = {"L4": 2.25 if left == 0 else 3.95}.get(lamina, 3.1)
    else:
        offset = 0.3 + 0.68 * same.index(one.name)
    mirrored = last > 0 and left == last
    return (left + (AREA_WIDTH - offset if mirrored else offset), LAMINA_Y.get(lamina, 3.0))
