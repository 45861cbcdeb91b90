"""The options the commands share, and the checks that need nothing heavy."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from circuits.errors import CtloopError, UnknownName
from circuits.files import reason, unwritable, user_path
from circuits.runs.place import real, refuse_finished, work_folder
from sims.experiments import listed
from sims.experiments.option import flag_of, help_of
from sims.experiments.request import Request, options_of

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
        type=user_path,
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
        If the file is there already, its folder is not, or it cannot be written.
    """
    try:
        there, folder = path.exists(), path.parent.is_dir()
    except OSError as error:
        msg = f"{option}: {path} cannot be written: {reason(error)}"
        raise CtloopError(msg) from error
    if there:
        msg = f"{option}: {path} is there already and is never overwritten; give another name"
        raise CtloopError(msg)
    if not folder:
        msg = f"{option}: there is no folder {path.parent}; make it first"
        raise CtloopError(msg)
    if not os.access(path.parent, os.W_OK | os.X_OK):
        msg = f"{option}: the folder {path.parent} may not be written; choose another"
        raise CtloopError(msg)


@contextmanager
def run_folder(out: Path | None, experiment: str) -> Iterator[Path]:
    """Hold the folder a run goes to, and make sure that it is free and can be written.

    Parameters
    ----------
    out : Path or None
        What the user gave; None takes the next free runs/<experiment>-<number>, which no other command
        gets.
    experiment : str
        "alternation", "plasticity".

    Yields
    ------
    Path
        The folder. One that was taken here and is still empty at the end is removed.

    Raises
    ------
    CtloopError
        If the folder already holds something, is a file, or cannot be written.
    """
    if out is not None:
        _check_free(out)
        yield out
        return
    runs = Path("runs")
    there = runs.exists()
    folder = _next_free(runs, experiment)
    try:
        yield folder
    finally:
        with suppress(OSError):
            folder.rmdir()
            if not there:
                runs.rmdir()


def _check_free(out: Path) -> None:
    try:
        refuse_finished(out)
        work_folder(real(out)).rmdir()  # what can be made now can be made when the work is done
    except CtloopError as error:
        msg = f"--out: {error}"
        raise type(error)(msg) from error


def _next_free(runs: Path, name: str) -> Path:
    """Make the next free folder; making it is what no two commands can do at once."""
    try:
        runs.mkdir(exist_ok=True)
        taken = {path.name.split(".")[0] for path in runs.glob(f"{name}-*")}
        number = 1
        while True:
            folder = runs / f"{name}-{number}"
            number += 1
            if folder.name in taken:
                continue
            try:
                folder.mkdir(parents=True)  # another command may just have removed an empty runs/
            except FileExistsError:
                continue
            return folder
    except FileExistsError:
        msg = f"{runs} is a file, not a folder: move it, or say with --out where the run goes"
        raise CtloopError(msg) from None
    except OSError as error:
        refused = unwritable(runs, error)
        msg = f"{refused}; or say with --out where the run goes"
        raise type(refused)(msg) from error
