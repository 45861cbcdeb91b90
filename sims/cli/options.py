"""The options the commands share, and the checks that need nothing heavy."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from circuits.errors import CtloopError, UnknownName
from sims.experiments.request import Request, flag_of, help_of, options_of

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
        group.add_argument(flag_of(one), help=help_of(one).replace("%", "%%"), **how)


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
    group.add_argument("--quiet", "-q", action="store_true", help="show errors only")


# --- checks --------------------------------------------------------------------------------------


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
