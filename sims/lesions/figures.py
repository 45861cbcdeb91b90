"""The figures of a battery: effects of all lesions, dose curves, and each lesion beside the intact run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sims.experiments import CircuitRequest
from sims.lesions.battery import Arm, Battery
from sims.lesions.statistics import Effect, records

if TYPE_CHECKING:
    from sims.experiments import Request
    from sims.runs.pool import Outcome

#: A heat map of more metrics than this cannot be read.
_COLUMNS = 16
#: A drawing of the circuit that marks more parts than this shows nothing.
_MARKED = 40


def draw(
    battery: Battery,
    outcomes: Mapping[Request, Outcome],
    effects: Sequence[Effect],
    doses: Sequence[Mapping[str, Any]],
    folder: Path,
) -> None:
    """Draw forest, heat map, dose curves, and for each lesion the cycle beside intact and the cut.

    Parameters
    ----------
    battery : Battery
    outcomes : dict of Request to Outcome
        From `sims.runs.pool.run_all`.
    effects : sequence of Effect
        Corrected.
    doses : sequence of dict
        From `sims.lesions.battery.doses_of`.
    folder : Path
        A picture that has nothing to show is not written.
    """
    from figures.lesions import effects as pictures

    # The pictures know one p: the corrected one.
    rows: list[dict[str, Any]] = [{**r, "p": r["p_corrected"]} for r in records(effects)]
    whole = {arm.name for arm in battery.arms if arm.dose == 1.0}  # doses have their own curves
    primary = [r for r in rows if r["primary"] and (not whole or r["lesion"] in whole)]
    _write(folder, "forest", lambda: pictures.forest(_finite(primary)))
    others = dict.fromkeys(
        r["metric"] for r in rows if not r["metric"].startswith(("rate_", "power_"))
    )
    chosen = list(others)[:_COLUMNS]
    mapped = [r for r in rows if r["metric"] in chosen]
    _write(folder, "heat_map", lambda: pictures.heat_map(mapped))
    for metric in battery.primary if doses else ():
        _write(folder, f"dose_{metric}", lambda m=metric: pictures.dose_curves(doses, m))  # type: ignore[misc]
    for arm in battery.arms:
        if arm.dose == 1.0:
            _draw_circuit(battery, arm, folder)
            _draw_pair(battery, outcomes, arm, folder)


def _write(folder: Path, name: str, draw_one: Callable[[], Any]) -> None:
    """Write a picture, unless what it shows was not measured."""
    from figures.style import canvas

    try:
        axes = draw_one()
    except canvas.Missing:
        return
    canvas.write(axes.get_figure(root=True), folder / f"{name}.png")


def _finite(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Take out the ends of an interval where there is none for the standardised effect."""
    return [
        {**r, "low": r["effect_low"], "high": r["effect_high"]}
        if r["effect_low"] is not None
        else {**r, "effect": None, "low": None, "high": None}
        for r in rows
    ]


def _file_name(arm: Arm) -> str:
    return "".join(c if c.isalnum() or c in ".-" else "_" for c in arm.name)


def _draw_circuit(battery: Battery, arm: Arm, folder: Path) -> None:
    """Draw the circuit with what the lesion touches."""
    from figures.run.circuit import circuit_drawing

    if not arm.lesion or not isinstance(battery.base, CircuitRequest):
        return
    intact, _ = battery.base.circuits()
    touched = battery.base.touched(arm.lesion)
    names = {*touched.projections, *touched.populations}
    if 0 < len(names) <= _MARKED:
        name = f"circuit_{_file_name(arm)}"
        _write(folder, name, lambda: circuit_drawing(intact, lesioned=names))


def _draw_pair(
    battery: Battery, outcomes: Mapping[Request, Outcome], arm: Arm, folder: Path
) -> None:
    """Draw the cycle, intact and lesioned, of the first seed in which both runs are whole."""
    from circuits.runs.store import load
    from figures.lesions.pair import fold_pair

    for seed in battery.seed_numbers:
        one, other = (outcomes[battery.request(a, seed)] for a in (None, arm))
        if not one.error and not other.error:
            break
    else:
        return
    before, after = load(one.folder), load(other.folder)
    if before.spikes:
        titles = (f"intact, seed {seed}", arm.name)
        _write(folder, f"fold_{_file_name(arm)}", lambda: fold_pair(before, after, titles=titles))
