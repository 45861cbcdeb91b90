"""The options the commands share, and the checks that need nothing heavy."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from circuits.engine import choose as engine
from circuits.errors import CtloopError, UnknownName

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction["Parser"]


class Parser(argparse.ArgumentParser):
    """A parser that keeps the examples' lines and raises instead of printing its usage.

    Parameters
    ----------
    **options
        As argparse takes them.
    """

    def __init__(self, **options: Any) -> None:
        options.setdefault("usage", f"{options.get('prog')} [OPTIONS]")
        super().__init__(
            formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False, **options
        )
        self.set_defaults(parser=self)

    def error(self, message: str) -> NoReturn:
        """Refuse in one line that names the command whose help explains it."""
        msg = f"{message}; see {self.prog} --help"
        raise CtloopError(msg)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Refuse an unknown command with the nearest ones."""
        if action.choices is not None and value not in action.choices:
            kind = str(action.metavar or action.dest).lower()
            raise UnknownName(kind, str(value), action.choices)


def refuse_unknown(strangers: Sequence[str], parser: Parser) -> None:
    """Refuse arguments that no option took, with the nearest options there are.

    Raises
    ------
    CtloopError
        If there is any.
    """
    if not strangers:
        return
    first = strangers[0].partition("=")[0]
    if not first.startswith("-"):
        parser.error(f"{parser.prog} does not take {first!r}")
    raise UnknownName("option", first, [o for o in parser._option_string_actions if o[:2] == "--"])


def add_run(parser: Parser) -> argparse._ArgumentGroup:
    """Add the options that every run has."""
    group = parser.add_argument_group("this run")
    group.add_argument(
        "--seed",
        type=int,
        default=0,
        metavar="N",
        help="wiring, initial state and noise (default: 0)",
    )
    group.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="the run folder itself (default: the next free one under runs/)",
    )
    group.add_argument("--no-figures", action="store_true", help="draw nothing")
    group.add_argument("--quiet", "-q", action="store_true", help="say only what went wrong")
    return group


def add_simulation(group: argparse._ArgumentGroup, duration_s: float) -> None:
    """Add the options of a run that simulates a circuit."""
    group.add_argument(
        "--duration",
        type=float,
        default=duration_s,
        metavar="S",
        help=f"circuit seconds that are measured (default: {duration_s:g})",
    )
    group.add_argument(
        "--engine",
        metavar="NAME",
        help=f"{', '.join(engine.ENGINES)} (default: the fastest that works here)",
    )


def add_circuit(parser: Parser) -> argparse._ArgumentGroup:
    """Add the options that choose and change the circuit."""
    group = parser.add_argument_group("the circuit")
    group.add_argument(
        "--set",
        action="append",
        default=[],
        dest="settings",
        metavar="NAME=VALUE",
        help='any number of the spec: V1.L5IB.b=80pA or "V1.L5IB->Pulvinar.TRC.U=.5"; repeatable',
    )
    group.add_argument(
        "--scale",
        type=float,
        metavar="FRACTION",
        help="the fraction simulated of the cells under 1 mm2 of V1 and of V2",
    )
    group.add_argument(
        "--circuit",
        type=Path,
        dest="circuit_file",
        metavar="FILE",
        help="a circuit from ctloop circuit --save, as you edited it",
    )
    return group


def add_lesion(group: argparse._ArgumentGroup) -> None:
    """Add the option that cuts."""
    group.add_argument(
        "--lesion",
        action="append",
        default=[],
        dest="lesions",
        metavar="TEXT",
        help='what to cut: "V1.L5IB -> Pulvinar.TRC"; repeatable',
    )


def add_input(parser: Parser) -> argparse._ArgumentGroup:
    """Add the options of what the circuit sees."""
    group = parser.add_argument_group("what it sees")
    group.add_argument(
        "--stimulus",
        metavar="WHAT",
        help="grating:45, drifting:45, bar:90, sequence:0,45,90, blank, "
        "or a file: photo.png, clip.gif, frames.npy",
    )
    group.add_argument(
        "--contrast", type=float, default=1.0, metavar="FRACTION", help="from 0 to 1 (default: 1)"
    )
    return group


# --- checks --------------------------------------------------------------------------------------


def check_seed(request: argparse.Namespace) -> None:
    """Refuse a seed that is none.

    Raises
    ------
    CtloopError
        If it is negative.
    """
    if request.seed < 0:
        _refuse("--seed", "a whole number of 0 or more", request.seed)


def check_simulation(request: argparse.Namespace) -> None:
    """Refuse, before anything heavy loads, a time that is none and an engine that cannot work.

    Raises
    ------
    CtloopError
        Naming the option and what it takes.
    """
    if not (math.isfinite(request.duration) and request.duration > 0):
        _refuse("--duration", "a number of seconds above 0", request.duration)
    engine.choose(request.engine)


def check_circuit(request: argparse.Namespace) -> None:
    """Refuse a scale that is none, a circuit file that is not there, and both together.

    Raises
    ------
    CtloopError
        Naming the option and what it takes.
    """
    file, scale = request.circuit_file, request.scale
    if file is not None and not file.is_file():
        msg = f"--circuit: there is no file {file}; ctloop circuit --save {file} writes one"
        raise CtloopError(msg)
    if scale is not None and not 0 < scale <= 1:
        _refuse("--scale", "a fraction above 0, at most 1", scale)
    if file is not None and scale is not None:
        msg = "--scale thins the built-in circuit and --circuit brings another; give one of the two"
        raise CtloopError(msg)


def check_contrast(request: argparse.Namespace) -> None:
    """Refuse a contrast that is no fraction.

    Raises
    ------
    CtloopError
        Unless it is from 0 to 1.
    """
    if not 0 <= request.contrast <= 1:
        _refuse("--contrast", "a fraction from 0 to 1", request.contrast)


def check_name(kind: str, name: str, known: Sequence[str]) -> None:
    """Refuse a name that is not known.

    Raises
    ------
    UnknownName
        With the nearest ones.
    """
    if name not in known:
        raise UnknownName(kind, name, known)


def check_new_file(option: str, path: Path) -> None:
    """Refuse to write over something, or into a folder that is not there.

    Raises
    ------
    CtloopError
        If the file is there already, or its folder is not.
    """
    if path.exists():
        msg = f"{option}: {path} is there already and is never overwritten; give another name"
        raise CtloopError(msg)
    if not path.parent.is_dir():
        msg = f"{option}: there is no folder {path.parent}; make it first"
        raise CtloopError(msg)


def run_folder(out: Path | None, experiment: str) -> Path:
    """Give the folder the run goes to, and make sure that it is free.

    Parameters
    ----------
    out : Path or None
        What the user gave; None takes the next free runs/<experiment>-<number>.
    experiment : str
        "alternation", "plasticity".

    Raises
    ------
    CtloopError
        If the folder already holds something, or is a file.
    """
    if out is not None:
        if out.is_file() or (out.is_dir() and any(out.iterdir())):
            msg = f"--out: {out} already holds something and is never overwritten; give another"
            raise CtloopError(msg)
        return out
    runs = Path("runs")
    taken = {path.name.split(".")[0] for path in runs.glob(f"{experiment}-*")}
    number = 1
    while f"{experiment}-{number}" in taken:
        number += 1
    return runs / f"{experiment}-{number}"


def _refuse(option: str, wanted: str, given: object) -> None:
    msg = f"{option} takes {wanted}, not {given}"
    raise CtloopError(msg)
