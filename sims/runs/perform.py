"""Make one run of any experiment and write its folder, with the same checks and meta data for all."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from circuits.errors import CtloopError
from circuits.files import user_path
from sims.experiments import CircuitRequest, Experiment, Request, Work, experiment
from sims.report.pictures import why_not_drawn

if TYPE_CHECKING:
    from circuits.runs.run import RunData
    from sims.report.progress import Progress


def run(name: str, *, out: Path, progress: Progress | None = None, figures: bool = True,
        **options: Any) -> Path:  # fmt: skip
    """Run an experiment into a run folder.

    Parameters
    ----------
    name : str
        "alternation", "evoked", "prediction" or "plasticity".
    out : Path
        The run folder to be; nothing is overwritten.
    progress : Progress, optional
        Silent by default.
    figures : bool
        Whether to draw.
    **options
        The experiment's own, as the fields of its request: `seed`, `lesions`, `settings`, ...

    Returns
    -------
    Path
        The finished folder.

    Raises
    ------
    CtloopError
        For anything that cannot be done; nothing is left behind then.
    """
    given = {k: str(v) if isinstance(v, Path) else v for k, v in options.items()}
    request = experiment(name).request.read(given)
    return perform(request, out, progress=progress, figures=figures)


def perform(
    request: Request,
    out: Path,
    *,
    progress: Progress | None = None,
    figures: bool = True,
    shared: Path | None = None,
) -> Path:
    """Make the run that a request describes.

    Parameters
    ----------
    request : Request
    out : Path
        The run folder to be.
    progress : Progress, optional
    figures : bool
    shared : Path, optional
        The store whose runs are read instead of being made again (templates).

    Returns
    -------
    Path
        The finished folder: `out`, absolute where `out` no longer leads to it.

    Raises
    ------
    CtloopError
        For anything that cannot be done.
    """
    from circuits.runs import store
    from circuits.runs.place import real
    from sims.report.progress import SilentProgress
    from sims.report.progress_file import FILE, FileProgress

    asked, out = experiment(request.experiment), user_path(out)
    request.check()
    store.refuse_finished(out)
    place = real(out)
    request.check_inputs()
    started = time.perf_counter()
    with _claim(asked, request, out) as folder:
        shown = FileProgress(folder / FILE, progress or SilentProgress())
        measured = asked.measure(request, Work(folder=folder, progress=shown, store=shared,
                                               figures=figures))  # fmt: skip
        run = replace(measured, meta=about(request, measured.meta))
        run.meta["wall_s"] = {**run.meta.get("wall_s", {}), "total": time.perf_counter() - started}
        store.write_data(run, folder)
        if figures and asked.draw:
            run.meta.update(_draw(asked, run, folder, shown))
        shown.close()
        store.write_meta(run, folder)
    # An experiment may change the current folder, and "a/../b" leads nowhere where there is no a.
    return out if out.is_dir() else place


def _draw(asked: Experiment, run: RunData, folder: Path, progress: Progress) -> dict[str, str]:
    """Draw the figures; give why there are none where that fails, for they can be drawn again."""
    progress.stage("drawing")
    why = why_not_drawn(lambda: asked.draw_into(run, folder), folder / "figures")
    if why:
        progress.note(f"the figures could not be drawn ({why}); the run itself is whole")
        return {"figures_reason": why}
    progress.done("drawing")
    return {}


def _claim(asked: Experiment, request: Request, out: Path) -> AbstractContextManager[Path]:
    from circuits.runs.resume import resume
    from circuits.runs.store import claim
    from sims.runs.address import by_content

    return claim(out) if asked.resumes is None else resume(out, by_content(asked.resumes(request)))


def about(request: Request, found: Mapping[str, Any]) -> dict[str, Any]:
    """Give the meta data of a run: all that is needed to repeat it, and what the experiment adds.

    Parameters
    ----------
    request : Request
    found : mapping
        What the experiment adds; its "experiment" entry holds facts such as angles.
    """
    from circuits.spec import fingerprint, scale_of, to_dict
    from sims.runs.address import versions

    meta: dict[str, Any] = {
        "experiment": {"name": request.experiment, **found.get("experiment", {})},
        "request": written(request),
        "seed": request.seed,
        "lesions": list(request.lesions),
        "settings": list(request.settings),
    }
    if isinstance(request, CircuitRequest):
        from circuits.engine.choose import choose, environment

        _, circuit = request.circuits()
        usual = choose()
        meta |= {
            "engine": request.engine,
            "engine_reason": (
                usual if usual.engine == request.engine else choose(request.engine)
            ).reason,
            "engine_environment": environment(request.engine),
            "scale": scale_of(circuit),
            "spec_hash": fingerprint(circuit),
            "spec": to_dict(circuit),
        }
    return {
        **meta,
        **{k: v for k, v in found.items() if k != "experiment"},
        "versions": versions(),
        "command": list(sys.argv),
    }


def written(request: Request) -> dict[str, Any]:
    """Give a request as plain values, which `Request.read` reads back."""
    return {f.name: getattr(request, f.name) for f in fields(request)}


def request_of(meta: Mapping[str, Any]) -> Request:
    """Give the request that a run's meta data hold, to make the same run again.

    Raises
    ------
    CtloopError
        If the run is from a version that stored no request, or its experiment does not exist.
    """
    name, given = meta.get("experiment", {}), meta.get("request")
    if not isinstance(name, Mapping) or not isinstance(given, Mapping):
        msg = "the run is from an older version that stored no request; its command is in run.json"
        raise CtloopError(msg)
    return experiment(str(name.get("name"))).request.read(given)
