"""The options the commands share, and the checks that need nothing heavy."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from circuits.errors import CtloopError, UnknownName
from sims.experiments import listed
from sims.experiments.request import CircuitRequest, Request, flag_of, options_of, refuse

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
            if kind == "command" and value in [one.name for one in listed()]:
                msg = f"{value} is an experiment; write ctloop run {value}"
                raise CtloopError(msg)
            if kind == "experiment" and self.prog == "ctloop run" and not str(value).isidentifier():
                msg = f"the experiment comes first: ctloop run EXPERIMENT [OPTIONS], not {value!r}"
                raise CtloopError(msg)
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
    others = [e.name for e in listed() if first in map(flag_of, options_of(e.request))]
    if others:
        msg = f"{first} is an option of {' and '.join(others)}, which this is not about"
        raise CtloopError(msg)
    raise UnknownName("option", first, [o for o in parser._option_string_actions if o[:2] == "--"])


def add_request(parser: Parser, request: type[Request], *, without: Sequence[str] = ()) -> None:
    """Add the options of an experiment, as its request declares them.

    Only what is given ends up in the namespace, under the name of the request's field, so that a
    file's value or a default can stand where nothing is given.

    Parameters
    ----------
    parser : Parser
    request : type of Request
    without : sequence of str
        Fields that are not offered.
    """
    groups: dict[str, argparse._ArgumentGroup] = {}
    for one in options_of(request):
        if one.name in without:
            continue
        heading = one.metadata["group"]
        group = groups.setdefault(heading, parser.add_argument_group(heading))
        how: dict[str, Any] = {"dest": one.name, "default": argparse.SUPPRESS}
        if isinstance(one.default, bool):
            how["action"] = "store_true" if one.default is False else "store_false"
        else:
            how["metavar"] = one.metadata["metavar"] or one.name.upper()
            how["type"] = one.metadata["kind"]
            if isinstance(one.default, tuple):
                how["action"] = "append"
        group.add_argument(flag_of(one), help=one.metadata["help"].replace("%", "%%"), **how)


def given_options(arguments: argparse.Namespace, request: type[Request]) -> dict[str, Any]:
    """Give the options of a request that the command line holds, by field."""
    found = {f.name: getattr(arguments, f.name) for f in options_of(request) if f.name in arguments}
    return {k: tuple(v) if isinstance(v, list) else v for k, v in found.items()}


def add_output(parser: Parser) -> None:
    """Add where a run goes and how much is shown."""
    group = parser.add_argument_group("output")
    group.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="the run folder itself (default: the next free one under runs/)",
    )
    group.add_argument("--no-figures", action="store_true", help="draw nothing")
    group.add_argument("--quiet", "-q", action="store_true", help="say only what went wrong")


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


# --- checks --------------------------------------------------------------------------------------


def check_circuit(request: argparse.Namespace) -> None:
    """Refuse a scale that is none, a circuit file that is not there, and both together.

    Raises
    ------
    CtloopError
        Naming the option and what it takes.
    """
    file = request.circuit_file
    CircuitRequest(
        scale=request.scale, circuit_file=None if file is None else str(file), engine="numpy"
    ).check()


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
        try:
            if "\0" in str(out):
                refuse("--out", "the name of a folder", repr(str(out)))
            holds = out.exists() and not (out.is_dir() and not any(out.iterdir()))
        except (OSError, ValueError) as error:  # no name of a folder: too long, a null byte
            refuse("--out", "the name of a folder", f"{out} ({error})")
        if holds:
            msg = f"--out: {out} already holds something and is never overwritten; give another"
            raise CtloopError(msg)
        return out
    runs = Path("runs")
    taken = {path.name.split(".")[0] for path in runs.glob(f"{experiment}-*")}
    number = 1
    while f"{experiment}-{number}" in taken:
        number += 1
    return runs / f"{experiment}-{number}"
