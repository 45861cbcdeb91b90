"""Collect the metrics of finished runs into one tidy table: a row a run, what only the seed determines."""

from __future__ import annotations

import json
import math
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from circuits.errors import CtloopError, UnknownName
from circuits.runs.store import read_meta, read_metrics
from sims.experiments import Request
from sims.experiments.experiment import facts_of
from sims.report.csv_files import read_rows, write_rows
from sims.runs.perform import request_of

BY_SEED = "_per_seed"
#: Digits that are written; further ones differ between machines.
DIGITS = 6
_COMMANDS = ("run", "lesion", "sweep", "search")
#: Options of a command that do not decide its numbers, or differ from run to run.
_LEFT_OUT = ("--out", "--store", "--workers", "--scheduler")
#: An option that each row of a table of runs has by itself; a table of differences does not.
_BY_ROW = ("--seed",)
_SWITCHES_LEFT_OUT = ("--quiet", "-q", "--no-figures", "--slurm")
_NOT_METRICS = ("lesion", "seed", "folder", "error")
_OF_EFFECTS = ("n", "intact", "lesioned", "difference", "low", "high", "p_corrected")
#: The label of a run without lesions, as in the tables of a battery.
_INTACT = "intact"
Row = dict[str, Any]


def collect(runs: Sequence[Path], into: Path, columns: Sequence[str] = ()) -> None:
    """Write the metrics of finished runs, batteries and sweeps as one CSV file.

    Parameters
    ----------
    runs : sequence of Path
        Run folders, or folders of batteries or sweeps, which hold runs.csv.
    into : Path
        The file; its first line is a comment that names the commands which made the runs.
    columns : sequence of str
        Metrics; none is all that are numbers.

    Raises
    ------
    CtloopError
        If a folder is no finished run, or no run has one of the metrics.
    """
    metas = [read_meta(run) for run in runs]
    labels = _labels(metas)
    rows = [
        row
        for run, meta, label in zip(runs, metas, labels, strict=True)
        for row in _rows(run, meta, label)
    ]
    known = dict.fromkeys(k for row in rows for k in row if k not in ("label", "seed"))
    for column in columns:
        if column not in known:
            raise UnknownName("metric of these runs", column, known)
    measured = [k for k in known if any(row.get(k) is not None for row in rows)]
    wanted = ("label", "seed", *(columns or measured))
    order = {label: k for k, label in enumerate(dict.fromkeys(row["label"] for row in rows))}
    rows.sort(key=lambda row: (order[row["label"]], row["seed"]))
    commands = dict.fromkeys(_command(meta, *_BY_ROW) for meta in metas)
    write_rows(
        into,
        [{column: _rounded(row.get(column)) for column in wanted} for row in rows],
        comment="; ".join(commands),
    )


def collect_effects(batteries: Sequence[Path], into: Path, metrics: Sequence[str] = ()) -> None:
    """Write what the lesions of finished batteries did as one CSV file, a row a lesion and metric.

    Parameters
    ----------
    batteries : sequence of Path
        Folders with effects.csv.
    into : Path
    metrics : sequence of str
        None is the primary ones.

    Raises
    ------
    CtloopError
        If a folder is no finished battery, or none has one of the metrics.
    """
    commands = dict.fromkeys(_command(read_meta(folder)) for folder in batteries)
    rows = [row for folder in batteries for row in read_rows(folder / "effects.csv")]
    needed = ("lesion", "metric", "primary", *_OF_EFFECTS)
    if lacking := sorted({name for row in rows for name in needed if name not in row}):
        msg = f"an effects.csv lacks the columns {', '.join(lacking)}; it is damaged"
        raise CtloopError(msg)
    known = {row["metric"] for row in rows}
    for metric in metrics:
        if metric not in known:
            raise UnknownName("metric of batteries", metric, known)
    chosen = [r for r in rows if (r["metric"] in metrics if metrics else r["primary"] == "True")]
    write_rows(
        into,
        [
            {"label": r["lesion"], "metric": r["metric"]}
            | {name: _rounded(_number(r[name])) for name in _OF_EFFECTS}
            for r in chosen
        ],
        comment="; ".join(commands),
    )


def collect_verdicts(batteries: Sequence[Path], into: Path, columns: Sequence[str] = ()) -> None:
    """Write the verdicts on published inactivations as one CSV file, a row a criterion.

    Parameters
    ----------
    batteries : sequence of Path
        Folders of `ctloop lesion --published`.
    into : Path
    columns : sequence of str
        Of the table; none is all.

    Raises
    ------
    CtloopError
        If a folder is no such battery.
    """
    commands = dict.fromkeys(_command(read_meta(folder)) for folder in batteries)
    rows = [row for folder in batteries for row in read_rows(folder / "published.csv")]
    chosen = [{k: v for k, v in row.items() if not columns or k in columns} for row in rows]
    write_rows(into, chosen, comment="; ".join(commands))


def _rows(run: Path, meta: Mapping[str, Any], label: str) -> list[Row]:
    """Give the rows of one folder: label, seed, metrics."""
    if (run / "runs.csv").is_file():
        return [_of_many(row) for row in read_rows(run / "runs.csv")]
    metrics: Mapping[str, Any] = read_metrics(run)
    numbers = {k: v for k, v in metrics.items() if v is None or _is_number(v)}
    seeds = _seeds(meta)
    if len(seeds) == 1:
        return [{"label": label, "seed": seeds[0], **numbers}]
    lists = {
        k.removesuffix(BY_SEED): v
        for k, v in metrics.items()
        if k.endswith(BY_SEED) and isinstance(v, list) and len(v) == len(seeds)
    }
    return [
        {"label": label, "seed": seed, **{k: values[n] for k, values in lists.items()}}
        for n, seed in enumerate(seeds)
    ]


def _of_many(row: Mapping[str, str]) -> Row:
    """Read a row of the runs.csv of a battery, or of a sweep, whose first columns are what is varied."""
    names = list(row)
    if "seed" not in row:
        msg = "the runs.csv of a battery or sweep lacks the column seed; it is damaged"
        raise CtloopError(msg)
    varied = [] if "lesion" in row else names[: names.index("seed")]
    label = row.get("lesion") or ", ".join(f"{name}={row[name]}" for name in varied)
    metrics = {k: _number(v) for k, v in row.items() if k not in (*_NOT_METRICS, *varied)}
    return {"label": label, "seed": _whole(row["seed"]), **_by_seed_left_out(metrics)}


def _by_seed_left_out(metrics: Mapping[str, float | None]) -> Row:
    return {k: v for k, v in metrics.items() if not k.endswith((BY_SEED, "_reason", "_note"))}


def _seeds(meta: Mapping[str, Any]) -> list[int]:
    listed = facts_of(meta).get("seeds")
    if isinstance(listed, list) and listed:
        return [_whole(seed) for seed in listed]
    request = meta.get("request")
    first = _whole(meta.get("seed", 0))
    many = _whole(request.get("seeds", 1)) if isinstance(request, Mapping) else 1
    return list(range(first, first + many))


def _whole(seed: Any) -> int:
    try:
        return int(seed)
    except (TypeError, ValueError):
        msg = f"a run has {seed!r} as its seed or number of seeds; its folder is damaged"
        raise CtloopError(msg) from None


def _labels(metas: Sequence[Mapping[str, Any]]) -> list[str]:
    """Name each run by its lesions and settings, and by the options in which the runs differ."""
    requests = [_request(meta) for meta in metas]
    given = [{} if r is None else _changed(r) for r in requests]
    names = dict.fromkeys(name for one in given for name in one)
    differ = [n for n in names if len({repr(one.get(n)) for one in given}) > 1]
    found = []
    for meta, one in zip(metas, given, strict=True):
        parts = [*_texts(meta.get("lesions")), *_texts(meta.get("settings"))]
        parts += [f"{name} {one[name]}" for name in differ if name in one]
        parts += [] if one else _control(meta)
        found.append("; ".join(parts) or _INTACT)
    return found


def _control(meta: Mapping[str, Any]) -> list[str]:
    """Name the control of a run that is older than requests in run folders."""
    control = facts_of(meta).get("control")
    return [f"control {control}"] if control else []


def _request(meta: Mapping[str, Any]) -> Request | None:
    try:
        return request_of(meta)
    except CtloopError:  # a battery, or older than requests in run folders
        return None


def _changed(request: Request) -> dict[str, Any]:
    """Give the options of a run that are not the usual ones."""
    left_out = ("seed", "seeds", "lesions", "settings", "engine")
    return {
        f.name: getattr(request, f.name)
        for f in fields(request)
        if f.name not in left_out
        and f.metadata.get("decides", True)
        and getattr(request, f.name) != f.default
    }


def _command(meta: Mapping[str, Any], *less: str) -> str:
    """Give the command that made a run, without what does not decide its numbers, and without some options."""
    left_out = (*_LEFT_OUT, *less)
    words = _texts(meta.get("command"))
    start = next((k for k, word in enumerate(words) if word in _COMMANDS), None)
    if start is None:  # made from Python
        name = facts_of(meta).get("name", "")
        return f"made from Python: the experiment {name}"
    chosen: list[str] = []
    skip = False
    for word in words[start:]:
        if skip or word in _SWITCHES_LEFT_OUT or word.partition("=")[0] in left_out:
            skip = not skip and word in left_out
            continue
        chosen.append(Path(word).name if Path(word).is_absolute() else word)
    return "ctloop " + shlex.join(chosen)


def _texts(given: object) -> list[str]:
    return [str(word) for word in given] if isinstance(given, list | tuple) else []


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(text: str) -> float | None:
    try:
        value = json.loads(text) if text else None
    except ValueError:
        return None
    return value if _is_number(value) else None


def _rounded(value: Any) -> Any:
    if isinstance(value, float) and math.isfinite(value):
        return f"{value:.{DIGITS}g}"
    return value
