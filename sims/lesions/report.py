"""What a battery leaves behind: one folder of tables, sentences and figures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from circuits.runs.run import RunData
from sims.lesions.battery import INTACT, Arm, Battery, doses_of, effects_of, measured
from sims.lesions.figures import draw
from sims.lesions.sentences import sentence, shown
from sims.lesions.statistics import Effect, records
from sims.report.csv_files import write_rows
from sims.report.pictures import drawn_into_report
from sims.report.tables import table
from sims.runs.perform import written
from sims.runs.pool import failures

if TYPE_CHECKING:
    from circuits.runs.run import Metric
    from sims.experiments import Request
    from sims.runs.pool import Outcome

#: The verdicts on published inactivations, in the folder of that battery.
PUBLISHED = "published.csv"
#: The doses that were tried to match these, and which was used.
MATCHING = "matching.csv"


def report(
    battery: Battery,
    outcomes: Mapping[Request, Outcome],
    out: Path,
    *,
    command: Sequence[str] = (),
    figures: bool = True,
    more: Mapping[str, str] | None = None,
    tables: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
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
    tables : dict of str to rows, optional
        Further CSV files, by name.

    Raises
    ------
    CtloopError
        If the folder holds something already, or cannot be written.
    """
    from circuits.runs import store

    metrics = measured(battery, outcomes)
    effects = effects_of(battery, metrics)
    text = screen(battery, effects, list(outcomes.values()))
    with store.claim(out) as folder:
        rows = records(effects)
        write_rows(folder / "effects.csv", rows)
        as_json = json.dumps({"effects": rows, "intact": metrics[INTACT]}, indent=1)
        (folder / "effects.json").write_text(as_json + "\n")
        write_rows(folder / "runs.csv", _run_rows(battery, outcomes, metrics))
        doses = doses_of(battery, metrics)
        if doses:
            write_rows(folder / "doses.csv", doses)
        for name, more_rows in (tables or {}).items():
            write_rows(folder / name, more_rows)
        for name, content in {"sentences.txt": text, **(more or {})}.items():
            (folder / name).write_text(content + "\n")
        run = _as_run(battery, effects, outcomes, command)
        pictures = folder / "figures"
        if figures:
            text += drawn_into_report(
                lambda: draw(battery, outcomes, effects, doses, pictures), pictures, run.meta
            )
        store.write(run, folder)
    return text


def _draw(
    battery: Battery,
    outcomes: Mapping[Request, Outcome],
    effects: Sequence[Effect],
    doses: Sequence[Mapping[str, Any]],
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
    folder: Path,
) -> None:
    draw(battery, outcomes, effects, doses, folder)
    if tables.get(MATCHING):
        from figures.lesions.matching import matching
        from figures.style.canvas import write

        write(matching(tables[MATCHING]), folder / "matching.png")


def _run_rows(
    battery: Battery,
    outcomes: Mapping[Request, Outcome],
    metrics: Mapping[str, Sequence[Mapping[str, Any]]],
) -> list[dict[str, Any]]:
    """Give one row a run: lesion, seed, folder, error, metrics."""
    rows = []
    arms: tuple[Arm | None, ...] = (None, *battery.arms)
    for arm in arms:
        name = INTACT if arm is None else arm.name
        for seed, found in zip(battery.seed_numbers, metrics[name], strict=True):
            one = outcomes[battery.request(arm, seed)]
            about = {"lesion": name, "seed": seed, "folder": str(one.folder), "error": one.error}
            rows.append({**about, **found})
    return rows


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
    """Lay out the primary effects as a table, and describe each lesion in sentences."""
    heads = ["lesion", "metric", ">intact", ">lesioned", ">difference", ">95 % interval", ">d",
             ">p (Holm)", ">pairs", "shown"]  # fmt: skip
    title = f"{_count(len(battery.arms), 'lesion')}, {_count(battery.seeds, 'seed')}"
    parts = [table(title, heads, [_row(e) for e in effects if e.primary])]
    for arm in battery.arms:
        mine = [e for e in effects if e.lesion == arm.name]
        if mine:
            parts.append(sentence(mine))
    wrong = failures(outcomes)
    if wrong:
        head = f"{_count(len(wrong), 'run')} failed:"
        parts.append("\n".join([head, *(f"  {line}" for line in wrong)]))
    if battery.warning():
        parts.append(battery.warning())
    return "\n\n".join(parts)


def _row(e: Effect) -> tuple[str, ...]:
    return (
        e.lesion,
        e.metric,
        _figure(e.intact),
        _figure(e.lesioned),
        _figure(e.difference, "+"),
        "" if e.low is None else f"{_figure(e.low, '+')} to {_figure(e.high, '+')}",
        _figure(e.effect, "+"),
        _figure(e.p_corrected),
        str(e.n),
        "change" if shown(e) else "no change" if e.equivalent else "",
    )


def _figure(value: float | None, sign: str = "") -> str:
    return "-" if value is None else f"{value:{sign if value else ''}.3g}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
