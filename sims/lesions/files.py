"""Battery files: which lesions, and options of the experiment, written down in TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from circuits.errors import CtloopError, UnknownName
from sims.experiments import Request, experiment
from sims.lesions.battery import Arm, Battery, arms_of

if TYPE_CHECKING:
    from circuits.lesions import Touched

#: What a battery file may say at its top besides the options of its experiment.
TOP = ("experiment", "seeds", "dose", "lesion")
#: What one of its [[lesion]] tables may say besides those options.
ROW = ("name", "lesion", "dose", "set")


def read_battery(
    path: Path, experiment_name: str | None = None
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

    Returns
    -------
    arms : tuple of Arm
    options : dict
        "experiment", "seeds" and options of the experiment, as far as the file says them.

    Raises
    ------
    CtloopError
        If it cannot be read, or says what the experiment does not know.
    """
    content = _toml(path)
    rows = content.pop("lesion", [])
    doses = content.pop("dose", ())
    request = experiment(experiment_name or str(content.get("experiment", "alternation"))).request
    known = [f for f in request.__dataclass_fields__ if f not in ("lesions", "experiment")]
    _refuse_unknown(content, [*TOP, *known], "entry")
    request.read({k: v for k, v in content.items() if k in known})  # a wrong value is refused here
    if not isinstance(rows, list) or not rows:
        msg = f"{path} holds no [[lesion]]"
        raise CtloopError(msg)
    arms: list[Arm] = []
    for row in rows:
        _refuse_unknown(row, [*ROW, *known], "entry of a lesion")
        arms += _arms(path, row, doses, request, known)
    return tuple(arms), content


def _arms(
    path: Path, row: Mapping[str, Any], doses: Any, request: type[Request], known: Sequence[str]
) -> list[Arm]:
    settings = tuple(map(str, row.get("set", ())))
    options = {k: v for k, v in row.items() if k in known}
    request.read(options)
    changes = [*settings, *(f"{k} {v}" for k, v in options.items())]
    if "lesion" not in row:
        if not changes:
            msg = f"{path}: a [[lesion]] without lesion = ..., set = [...] or an option"
            raise CtloopError(msg)
        name = str(row.get("name", "; ".join(changes)))
        return [Arm(name, "", name, settings=settings, options=tuple(options.items()))]
    from dataclasses import replace

    graded = arms_of([(str(row.get("name", "")), str(row["lesion"]))], row.get("dose", doses))
    return [replace(arm, settings=settings, options=tuple(options.items())) for arm in graded]


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        msg = f"cannot read the battery {path}: {error.strerror}"
        raise CtloopError(msg) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"{path} is not TOML: {error}"
        raise CtloopError(msg) from error


def _refuse_unknown(given: Mapping[str, Any], known: Sequence[str], kind: str) -> None:
    for key in given:
        if key not in known:
            raise UnknownName(kind, key, known)


def dry_run(battery: Battery) -> dict[str, Touched]:
    """Tell what each arm would touch, without building anything.

    Raises
    ------
    CtloopError
        If an arm names nothing, or sets what is not there.
    """
    found = {arm.name: battery.base.touched(arm.lesion) for arm in battery.arms if arm.lesion}
    for arm in battery.arms:
        asked = battery.request(arm, battery.base.seed)
        asked.check()
        asked.identity()  # a number that is not there is refused here
    return found
