"""What a battery leaves behind: tables, sentences and figures in one folder."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from circuits.runs.run import RunData
from sims.experiments import CircuitRequest
from sims.lesions.battery import INTACT, Arm, Battery, doses_of, effects_of, measured
from sims.lesions.sentences import sentence, shown
from sims.lesions.statistics import Effect, records
from sims.report.tables import table
from sims.runs.perform import written
from sims.runs.pool import failures

if TYPE_CHECKING:
    from circuits.runs.run import Metric
    from sims.experiments import Request
    from sims.runs.pool import Outcome

#: More metrics than this make a heat map no one reads.
_COLUMNS = 16


def report(
    battery: Battery,
    outcomes: Mapping[Request, Outcome],
    out: Path,
    *,
    command: Sequence[str] = (),
    figures: bool = True,
    more: Mapping[str, str] | None = None,
) -> str:
    """Write the report of a battery and give what the user reads on screen.

    Parameters
    ----------
    battery : Battery
    outcomes : dict of Request to Outcome
        From `sims.runs.pool.run_all`.
    out : Path
        The folder to be: effects.csv, effects.json, runs.csv, doses.csv, sentences.txt, figures/.
    command : sequence of str
    figures : bool
    more : dict of str to str, optional
        Further text files, by name.

    Raises
    ------
    CtloopError
        If the folder holds something already, or cannot be written.
    """
    from circuits.runs import store

    found = measured(battery, outcomes)
    effects = effects_of(battery, found)
    said = screen(battery, effects, list(outcomes.values()))
    with store.claim(out) as folder:
        rows = records(effects)
        _csv(folder / "effects.csv", rows)
        text = json.dumps({"effects": rows, "intact": found[INTACT]}, indent=1)
        (folder / "effects.json").write_text(text + "\n")
        _csv(folder / "runs.csv", [_run(arm, seed, battery, outcomes, found)
                                   for arm in (None, *battery.arms)
                                   for seed in battery.seed_numbers])  # fmt: skip
        doses = doses_of(battery, found)
        if doses:
            _csv(folder / "doses.csv", doses)
        for name, words in {"sentences.txt": said, **(more or {})}.items():
            (folder / name).write_text(words + "\n")
        if figures:
            draw(battery, outcomes, effects, doses, folder / "figures")
        store.write(_as_run(battery, effects, outcomes, command), folder)
    return said


def _run(
    arm: Arm | None,
    seed: int,
    battery: Battery,
    outcomes: Mapping[Request, Outcome],
    found: Mapping[str, Sequence[Mapping[str, Any]]],
) -> dict[str, Any]:
    outcome = outcomes[battery.request(arm, seed)]
    name = INTACT if arm is None else arm.name
    return {"lesion": name, "seed": seed, "folder": str(outcome.folder), "error": outcome.error,
            **found[name][seed - battery.base.seed]}  # fmt: skip


def _csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    heads = list(dict.fromkeys(key for row in rows for key in row))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, heads)
        writer.writeheader()
        writer.writerows(rows)


def _as_run(
    battery: Battery,
    effects: Sequence[Effect],
    outcomes: Mapping[Request, Outcome],
    command: Sequence[str],
) -> RunData:
    """Let `ctloop show` read the folder: the primary differences are its metrics."""
    metrics: dict[str, Metric] = {}
    for e in effects:
        if e.primary:
            key = f"{e.lesion}: {e.metric}"
            metrics[key] = e.difference
            if e.difference is None:
                metrics[f"{key}_reason"] = "no pair of runs has it"
    meta = {
        "experiment": {"name": f"lesion battery of {battery.base.experiment}"},
        "seeds": list(battery.seed_numbers),
        "arms": {
            a.name: {"lesion": a.lesion, "settings": list(a.settings), **dict(a.options)}
            for a in battery.arms
        },
        "base": written(battery.base),
        "failures": failures(list(outcomes.values())),
        "command": list(command),
    }
    return RunData(meta=meta, metrics=metrics)


def screen(battery: Battery, effects: Sequence[Effect], outcomes: Sequence[Outcome]) -> str:
    """Lay out the primary effects as a table, and say each lesion in a sentence."""
    rows = [
        (
            e.lesion,
            e.metric,
            _figure(e.intact),
            _figure(e.lesioned),
            _figure(e.difference, "+"),
            "" if e.low is None else f"{_figure(e.low, '+')} to {_figure(e.high, '+')}",
            _figure(e.effect, "+"),
            _figure(e.p_corrected),
            str(e.n),
            "change" if shown(e) else "none" if e.equivalent else "",
        )
        for e in effects
        if e.primary
    ]
    heads = ["lesion", "metric", ">intact", ">lesioned", ">difference", ">95 % interval", ">d",
             ">p (Holm)", ">pairs", "shown"]  # fmt: skip
    parts = [table(f"{len(battery.arms)} lesions, {battery.seeds} seeds", heads, rows)]
    for arm in battery.arms:
        mine = [e for e in effects if e.lesion == arm.name]
        if mine:
            parts.append(sentence(mine))
    wrong = failures(outcomes)
    if wrong:
        parts.append("\n".join([f"{len(wrong)} runs failed:", *(f"  {line}" for line in wrong)]))
    if battery.warning():
        parts.append(battery.warning())
    return "\n\n".join(parts)


def _figure(value: float | None, sign: str = "") -> str:
    return "-" if value is None else f"{value:{sign if value else ''}.3g}"


# --- figures -------------------------------------------------------------------------------------


def draw(
    battery: Battery,
    outcomes: Mapping[Request, Outcome],
    effects: Sequence[Effect],
    doses: Sequence[Mapping[str, Any]],
    folder: Path,
) -> None:
    """Draw forest, heat map, dose curves, and for each lesion the cycle beside intact and the cut."""
    from figures.lesions import effects as pictures
    from figures.lesions import pair as compare
    from figures.style import canvas

    def keep(name: str, make: Any) -> None:
        try:
            axes = make()
        except canvas.Missing:
            return
        canvas.write(axes.get_figure(root=True), folder / f"{name}.png")

    # The pictures know one p: the corrected one.
    rows: list[dict[str, Any]] = [{**r, "p": r["p_corrected"]} for r in records(effects)]
    whole = {arm.name for arm in battery.arms if arm.dose == 1.0}  # doses have their own curves
    primary = [r for r in rows if r["primary"] and (not whole or r["lesion"] in whole)]
    keep("forest", lambda: pictures.forest(_finite(primary)))
    others = dict.fromkeys(
        r["metric"] for r in rows if not r["metric"].startswith(("rate_", "power_"))
    )
    chosen = list(others)[:_COLUMNS]
    keep("heat_map", lambda: pictures.heat_map([r for r in rows if r["metric"] in chosen]))
    for metric in battery.primary if doses else ():
        keep(f"dose_{metric}", lambda m=metric: pictures.dose_curves(doses, m))
    for arm in battery.arms:
        if arm.dose == 1.0:
            _draw_arm(battery, outcomes, arm, keep, compare.fold_pair)


def _finite(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Take out the ends of an interval where there is none for the standardised effect."""
    return [
        {**r, "low": r["effect_low"], "high": r["effect_high"]}
        if r["effect_low"] is not None
        else {**r, "effect": None, "low": None, "high": None}
        for r in rows
    ]


def _draw_arm(
    battery: Battery, outcomes: Mapping[Request, Outcome], arm: Arm, keep: Any, fold_pair: Any
) -> None:
    """Draw the first seed in which both runs are whole, and the circuit with what is touched."""
    from circuits.runs.store import load
    from figures.run import circuit as anatomy

    safe = "".join(c if c.isalnum() or c in ".-" else "_" for c in arm.name)
    if arm.lesion and isinstance(battery.base, CircuitRequest):
        intact, _ = battery.base.circuits()
        meant = battery.base.touched(arm.lesion)
        names = {*meant.projections, *meant.populations}
        if 0 < len(names) <= 40:  # crossing everything out shows nothing
            keep(f"circuit_{safe}", lambda: anatomy.circuit_drawing(intact, lesioned=names))
    for seed in battery.seed_numbers:
        one, other = (outcomes[battery.request(a, seed)] for a in (None, arm))
        if not one.error and not other.error:
            break
    else:
        return
    before, after = load(one.folder), load(other.folder)
    if not before.spikes:
        return
    titles = (f"intact, seed {seed}", arm.name)
    keep(f"fold_{safe}", lambda: fold_pair(before, after, titles=titles))
