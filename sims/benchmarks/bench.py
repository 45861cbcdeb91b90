"""Run the parts of `ctloop bench` one after the other; one that cannot run does not keep the others from it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from circuits.errors import CtloopError
from circuits.files import reason
from sims.benchmarks.metrics import Part
from sims.benchmarks.report import Report
from sims.benchmarks.sides import Found, Size
from sims.experiments.experiment import load

if TYPE_CHECKING:
    from sims.report.progress import Progress


def bench(
    parts: Sequence[Part], size: Size, folder: Path, progress: Progress, about: str
) -> Report:
    """Measure parts into a folder, which holds what there is after each of them.

    Parameters
    ----------
    parts : sequence of Part
    size : Size
    folder : Path
    progress : Progress
    about : str
        The command, for the head of the table.

    Returns
    -------
    Report
    """
    folder.mkdir(parents=True, exist_ok=True)
    report = Report(folder, about)
    progress.stage("parts", len(parts))
    for k, part in enumerate(parts):
        progress.note(f"{part.name}: {part.question}")
        report.add(measured(part, size, progress))
        progress.update("parts", k + 1)
    progress.done("parts")
    return report


def measured(part: Part, size: Size, progress: Progress) -> list[Found]:
    """Measure one part; if it cannot be, say why in one line and give its metrics without numbers."""
    try:
        found: list[Found] = load(part.name, part.run)(size, progress.note)
    except Exception as error:  # the other parts, perhaps half an hour of them, must not be lost
        why = str(error) if isinstance(error, CtloopError) else _of_ours(error)
        progress.note(f"{part.name}: {why}")
        return [Found(metric.key, None, note=why) for metric in part.metrics]
    keys = {one.key for one in found}
    lacking = "not in --quick" if size.quick else "not measured"
    return [
        *found,
        *(Found(m.key, None, note=lacking) for m in part.metrics if m.key not in keys),
    ]


def _of_ours(error: Exception) -> str:
    return f"{type(error).__name__}: {reason(error)}".splitlines()[0]
