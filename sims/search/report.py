"""What a search leaves behind: a row a candidate, the best ones with their spread, a figure, a command to copy."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from circuits.runs.run import RunData
from sims.experiments import Request
from sims.experiments.option import flag_of
from sims.experiments.request import options_of
from sims.report.csv_files import write_rows
from sims.report.pictures import drawn_into_report
from sims.report.tables import paragraph, table
from sims.search.plan import Search
from sims.search.scores import Scored, ranked

if TYPE_CHECKING:
    from circuits.runs.run import Metric

CANDIDATES, BEST, FIGURE = "candidates.csv", "best.txt", "search.png"
#: How many of the best candidates are shown.
SHOWN = 5


def rows(search: Search, found: Sequence[Scored]) -> list[dict[str, Any]]:
    """Give one row a candidate: its numbers, score, and each goal's metric over its seeds."""
    return [_row(search, one) for one in found]


def _row(search: Search, one: Scored) -> dict[str, Any]:
    values = one.candidate.values or ("",) * len(search.ranges)
    row: dict[str, Any] = {
        "candidate": one.candidate.number,
        **{r.label: v for r, v in zip(search.ranges, values, strict=True)},
        "score": one.score,
        "mean": one.mean,
        "worst_seed": one.worst_seed,
        "worst": one.distance(one.worst_seed),
        "seeds": len(one.runs),
        "failed": one.failed,
        "given_up": int(one.stopped),
    }
    for target in search.targets:
        known = one.values(target)
        row |= {
            f"{target.metric}_mean": sum(known) / len(known) if known else None,
            f"{target.metric}_min": min(known, default=None),
            f"{target.metric}_max": max(known, default=None),
            f"{target.metric}_met": one.met(target),
        }
    return row


def write_candidates(search: Search, found: Sequence[Scored], folder: Path) -> None:
    """Write `candidates.csv`, whole or not at all."""
    write_rows(folder / CANDIDATES, rows(search, found))


def finish(
    search: Search,
    found: Sequence[Scored],
    folder: Path,
    *,
    command: Sequence[str] = (),
    figures: bool = True,
) -> str:
    """Write what a finished search leaves and give what the user reads on screen.

    Parameters
    ----------
    search : Search
    found : sequence of Scored
        From `sims.search.explore.Explorer.explore`.
    folder : Path
    command : sequence of str
    figures : bool

    Returns
    -------
    str
        The best candidates, and the command that runs the best one.
    """
    from circuits.runs import store

    write_candidates(search, found, folder)
    text = screen(search, found)
    (folder / BEST).write_text(text + "\n", encoding="utf-8")
    best = ranked([s for s in found if s.candidate.number])[0]
    metrics: dict[str, Metric] = {"score": best.score, "score_as_it_is": found[0].score}
    for target in search.targets:
        known = best.values(target)
        metrics[target.metric] = sum(known) / len(known) if known else None
        if not known:
            metrics[f"{target.metric}_reason"] = "no run has it"
    meta: dict[str, Any] = {
        "experiment": {"name": f"search of {search.base.experiment}"},
        "asked": search.identity(),
        "candidates": len(found) - 1,
        "seeds": list(search.seeds),
        "best": {"candidate": best.candidate.number, "settings": list(best.candidate.settings)},
        "command": list(command),
    }
    pictures = folder / "figures"
    if figures:
        text += drawn_into_report(lambda: _draw(search, found, pictures / FIGURE), pictures, meta)
    store.write(RunData(meta=meta, metrics=metrics), folder)
    return text


def screen(search: Search, found: Sequence[Scored]) -> str:
    """Lay out the best candidates and how to run the best one."""
    best = [s for s in ranked(list(found)) if s.candidate.number and not s.stopped][:SHOWN]
    first = best[0]
    up, bad = sum(s.stopped for s in found), sum(s.failed > 0 for s in found)
    tried = f"{len(found) - 1} candidates, {len(search.seeds)} seeds"
    tried += f"; {up} given up after one seed" * bool(up) + f"; {bad} with runs that failed" * bool(
        bad
    )
    heads = [
        ">candidate",
        *(f">{r.label}" for r in search.ranges),
        ">score",
        ">worst seed",
        "meet all goals",
    ]
    lines = [_line(search, s) for s in [*best, found[0]]]
    parts = [table(f"{tried}\nscore: 0 where all goals are met, at most 1", heads, lines)]
    about = [_goal_line(search, first, k) for k in range(len(search.targets))]
    title = f"candidate {first.candidate.number} over the seeds"
    parts.append(table(title, ["goal", ">mean", ">least", ">most", "seeds that meet it"], about))
    parts.append(
        paragraph(
            "These numbers were chosen on these seeds, so what they show there is a fit. "
            "Test them on other seeds. The best candidate on the worst of its seeds:"
        )
    )
    worst = search.request(first.candidate, first.worst_seed)
    parts.append(command_of(worst))
    return "\n\n".join(parts)


def _line(search: Search, one: Scored) -> tuple[str, ...]:
    number = one.candidate.number
    met = sum(one.distance(seed) == 0 for seed in one.runs)
    return (
        str(number) if number else "as it is",
        *(one.candidate.values or ("",) * len(search.ranges)),
        f"{one.score:.3g}",
        f"{one.distance(one.worst_seed):.3g} ({one.worst_seed})",
        f"{met} of {len(one.runs)}" + (f", {one.failed} failed" if one.failed else ""),
    )


def _goal_line(search: Search, one: Scored, k: int) -> tuple[str, ...]:
    target = search.targets[k]
    known = one.values(target)
    numbers = (sum(known) / len(known), min(known), max(known)) if known else ()
    shown = [f"{n:.3g}" for n in numbers] or ["-"] * 3
    return (str(target), *shown, f"{one.met(target)} of {len(one.runs)}")


def command_of(request: Request) -> str:
    """Write the command that makes a run, ready to copy."""
    words = ["ctloop", "run", request.experiment]
    for one in options_of(type(request)):
        value = getattr(request, one.name)
        if value == one.default and one.name != "seed":
            continue
        if isinstance(value, bool):
            words.append(flag_of(one))
        elif isinstance(one.default, tuple):
            words += [word for text in value for word in (flag_of(one), text)]
        else:
            text = (
                ",".join(map(str, value))
                if isinstance(value, tuple)
                else str(value).removesuffix(".0")
            )
            words += [flag_of(one), text]
    return shlex.join(words)


def _draw(search: Search, found: Sequence[Scored], path: Path) -> None:
    from figures.search.overview import Row, overview
    from figures.style import canvas

    drawn = [
        Row(
            number=s.candidate.number,
            score=s.score,
            places=tuple(
                r.place_of(v) for r, v in zip(search.ranges, s.candidate.values, strict=False)
            ),
            met=tuple(s.met(t) / len(s.runs) for t in search.targets),
            given_up=s.stopped,
            failed=s.failed,
        )
        for s in found
    ]
    ends = [(r.label, r.value(0.0), r.value(1.0)) for r in search.ranges]
    page = overview(drawn, ends, [str(t) for t in search.targets], start=search.start)
    canvas.write(page, path)
