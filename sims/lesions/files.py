"""Battery files: which lesions, and options of the experiment, written down in TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from circuits.errors import CtloopError, UnknownName
from circuits.files import read_text
from sims.experiments import Request, experiment
from sims.lesions.battery import Arm, Battery, arms_of

if TYPE_CHECKING:
    from circuits.lesions import Touched

#: What a battery file may say at its top besides the options of its experiment.
TOP = ("experiment", "seeds", "dose", "lesion")
#: What one of its [[lesion]] tables may say besides those options.
ROW = ("name", "lesion", "dose", "set")
#: Options of an experiment that a battery decides by itself.
_NOT_OPTIONS = ("lesions", "seeds", "workers")
#: Further ones that cannot differ between the lesions of a battery: the seeds are paired.
_NOT_OF_A_ROW = ("seed", "settings")


def read_battery(
    path: Path, experiment_name: str | None = None, doses: Sequence[float] = ()
) -> tuple[tuple[Arm, ...], dict[str, Any]]:
    """Read a battery file: its arms, and the options it sets for all runs.

    ::

        experiment = "alternation"             # optional
        seeds = 12
        duration_s = 10                        # any option of the experiment
        [[lesion]]
        name = "no drivers"                    # optional
        lesion = "V1.L5IB -> Pulvinar.TRC"
        dose = [0, 0.5, 1]                     # optional
        [[lesion]]
        name = "fast adaptation"
        set = ["V1.L5IB.tau_w=126ms"]          # instead of, or beside, a lesion
        [[lesion]]
        name = "low contrast"
        contrast = 0.25                        # or an option of the experiment

    Parameters
    ----------
    path : Path
    experiment_name : str, optional
        The experiment whose options the file may set, where the command line names one.
    doses : sequence of float
        Doses that the command line asks for; they are taken in place of the file's.

    Returns
    -------
    arms : tuple of Arm
    options : dict
        "experiment", "seeds" and options of the experiment, as far as the file sets them.

    Raises
    ------
    CtloopError
        If it cannot be read, or has an entry that the experiment does not know.
    """
    content = _toml(path)
    rows = content.pop("lesion", [])
    usual = doses or _doses(path, content.pop("dose", ()))
    name = experiment_name or content.get("experiment", "alternation")
    if not isinstance(name, str):
        msg = f"{path}: experiment takes a name, not {name!r}"
        raise CtloopError(msg)
    request = experiment(name).request
    known = [f.name for f in fields(request) if f.name not in _NOT_OPTIONS]
    _refuse_unknown(content, [*TOP, *known], f"entry of {path} for {name}")
    _check_seeds(path, content.get("seeds", 1))
    # A wrong value is refused here.
    request.read({k: v for k, v in content.items() if k in known})
    if not isinstance(rows, list) or not rows:
        msg = f"{path} holds no [[lesion]]"
        raise CtloopError(msg)
    of_a_row = [k for k in known if k not in _NOT_OF_A_ROW]
    arms: list[Arm] = []
    for row in rows:
        if not isinstance(row, Mapping):
            msg = f"{path}: write each lesion as a table of its own, under a line [[lesion]]"
            raise CtloopError(msg)
        _refuse_unknown(row, [*ROW, *of_a_row], f"entry of a lesion of {path} for {name}")
        given = _doses(path, row["dose"]) if "dose" in row else ()
        arms += _arms(path, row, doses or given or usual, request, of_a_row)
    return tuple(arms), content


def _arms(
    path: Path,
    row: Mapping[str, Any],
    doses: Sequence[float],
    request: type[Request],
    known: Sequence[str],
) -> list[Arm]:
    for key in ("name", "lesion"):
        if not isinstance(row.get(key, ""), str):
            msg = f"{path}: {key} takes a text, not {row[key]!r}"
            raise CtloopError(msg)
    settings = row.get("set", [])
    if not isinstance(settings, list) or not all(isinstance(text, str) for text in settings):
        msg = f"{path}: set takes a list of texts, not {settings!r}"
        raise CtloopError(msg)
    settings = tuple(settings)
    options = {k: v for k, v in row.items() if k in known}
    request.read(options)
    if "lesion" in row:
        graded = arms_of([(row.get("name", ""), row["lesion"])], doses)
        return [replace(arm, settings=settings, options=tuple(options.items())) for arm in graded]
    changes = [*settings, *(f"{k} {v}" for k, v in options.items())]
    if not changes:
        msg = f"{path}: a [[lesion]] without lesion = ..., set = [...] or an option"
        raise CtloopError(msg)
    if "dose" in row:
        msg = f"{path}: only a lesion has a dose; {'; '.join(changes)} has none"
        raise CtloopError(msg)
    name = row.get("name", "; ".join(changes))
    return [Arm(name, "", name, settings=settings, options=tuple(options.items()))]


def _doses(path: Path, given: Any) -> tuple[float, ...]:
    doses = given if isinstance(given, list | tuple) else [given]
    if any(isinstance(d, bool) or not isinstance(d, int | float) for d in doses):
        msg = f"{path}: dose takes numbers from 0 to 1, such as [0, 0.5, 1], not {given!r}"
        raise CtloopError(msg)
    return tuple(doses)


def _check_seeds(path: Path, seeds: Any) -> None:
    if isinstance(seeds, bool) or not isinstance(seeds, int):
        msg = f"{path}: seeds takes a whole number, not {seeds!r}"
        raise CtloopError(msg)


def _toml(path: Path) -> dict[str, Any]:
    text = read_text(path, "the battery")
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        msg = f"{path} is not TOML: {error}"
        raise CtloopError(msg) from error


def _refuse_unknown(given: Mapping[str, Any], known: Sequence[str], kind: str) -> None:
    for key in given:
        if key not in known:
            raise UnknownName(kind, key, known)


def dry_run(battery: Battery) -> dict[str, Touched]:
    """Give what each arm would touch, without running anything.

    Raises
    ------
    CtloopError
        If an arm names nothing, or sets what is not there.
    """
    found = {arm.name: battery.base.touched(arm.lesion) for arm in battery.arms if arm.lesion}
    for arm in battery.arms:
        asked = battery.request(arm, battery.base.seed)
        asked.check()
        asked.check_inputs()
        asked.identity()  # a number that is not there is refused here
    return found
