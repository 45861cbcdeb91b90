"""The command line: `ctloop run`, `show`, `lesion` and the other commands.

Nothing heavy is imported here or in the modules it reads at once: help and wrong arguments answer
before NumPy, Brian2 or matplotlib could load. (With typer, help alone took half a second.)
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Sequence

from circuits.errors import CtloopError
from circuits.files import reason, system_number
from sims.cli import (
    bench,
    cell,
    circuit,
    completion,
    export,
    lab,
    lesion,
    many,
    measure,
    repeat,
    results,
    run,
    search,
    show,
    streams,
    sweep,
)
from sims.cli.options import Parser, refuse_unknown
from sims.experiments import experiment

WRONG, STOPPED = 2, 130
#: Commands whose result is a folder: nothing is lost when it cannot be shown.
MAKE_FOLDERS = ("run", "repeat", "lesion", "sweep", "search", "bench")
#: Of a message, characters; what is longer quotes something that nobody reads.
LONGEST = 1000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        What follows `ctloop`; the process's own arguments by default.

    Returns
    -------
    int
        0 when all went well, 2 when what was asked for cannot be done (the reason is one line on
        standard error), 130 when the user (Ctrl-C) or the system (SIGTERM, SIGHUP) stopped it.
    """
    _end_as_by_ctrl_c()
    words = sys.argv[1:] if arguments is None else list(arguments)
    with streams.guarded() as (shown, _):
        code = _act(words)
        shown.flush()
        if shown.error is None or isinstance(shown.error, BrokenPipeError):
            return code  # `ctloop circuit | head`: the reader has seen enough
        print(f"ctloop: standard output cannot be written: {reason(shown.error)}", file=sys.stderr)
        return code or (0 if words[:1] and words[0] in MAKE_FOLDERS else WRONG)


def _act(words: Sequence[str]) -> int:
    """Do what is asked for; whatever cannot be done is one line."""
    try:
        request, strangers = parser(words).parse_known_args(words)
        if strangers:  # perhaps options of an experiment that there is not
            experiment(many.asked_experiment(words))
        refuse_unknown(strangers, request.parser)
        if "act" not in request:  # `ctloop` or `ctloop run` alone: show the help
            request.parser.print_help()
            return 0
        request.act(request)
    except CtloopError as error:
        print(f"ctloop: {_in_one_line(str(error))}", file=sys.stderr)
        return WRONG
    except OSError as error:
        if system_number(error) is None:
            raise  # not the system's: a mistake of ours, to be seen whole
        where = f"{error.filename}: " if error.filename is not None else ""
        print(f"ctloop: {where}{reason(error)}", file=sys.stderr)
        return WRONG
    except KeyboardInterrupt:
        print("ctloop: stopped; nothing was kept of what was not finished", file=sys.stderr)
        return STOPPED
    except SystemExit as shown:  # argparse has printed the help
        return int(shown.code or 0)
    return 0


def _in_one_line(text: str) -> str:
    """Write a message in one line, whatever names it quotes: no line ends, nothing a terminal obeys."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST // 2]} ... {plain[-100:]}"


def _end_as_by_ctrl_c() -> None:
    """Have SIGTERM (`kill`, a scheduler's time limit) and SIGHUP (the terminal closes) end a command as Ctrl-C does.

    Under nohup SIGHUP stays ignored.
    """
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
            signal.signal(signal.SIGHUP, signal.default_int_handler)


class _Version(argparse.Action):
    """Show the version; it is looked up only then."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"ctloop {version('ctloop')}")
        parser.exit()


def parser(arguments: Sequence[str] = ()) -> Parser:
    """Give the parser of the whole command line.

    Parameters
    ----------
    arguments : sequence of str
        What is to be parsed: `lesion`, `sweep`, `search` and `circuit` have the options of the experiment that it
        names.
    """
    name = many.asked_experiment(arguments)
    root = Parser(
        prog="ctloop",
        usage="ctloop COMMAND ...",
        description="A laboratory for the corticothalamic loop: run it, look at it, lesion it.",
        epilog="""\
run it
  ctloop run alternation
  ctloop run alternation --condition congruent --seed 3
look at it
  ctloop show runs/alternation-1
  ctloop lab
  ctloop circuit --sources
  ctloop cell V1.L5IB
lesion it
  ctloop run alternation --lesion "V1.L5IB -> Pulvinar.TRC"
  ctloop lesion "V1.L5IB -> Pulvinar.TRC" TRN --seeds 12

ctloop COMMAND --help explains a command.""",
    )
    root.add_argument("--version", action=_Version, nargs=0, help="show the version and end")
    commands = root.add_subparsers(title="commands", prog="ctloop", metavar="COMMAND")
    run.add(commands)
    show.add(commands)
    lab.add(commands)
    circuit.add(commands, name)
    cell.add(commands)
    lesion.add(commands, name)
    sweep.add(commands, name)
    search.add(commands, name)
    repeat.add(commands)
    measure.add(commands)
    bench.add(commands)
    results.add(commands)
    export.add(commands)
    completion.add(commands)
    return root


if __name__ == "__main__":
    sys.exit(main())
