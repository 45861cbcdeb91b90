"""The command line: `ctloop run`, `show`, `lesion` and the other commands.

Nothing heavy is imported here or in the modules it reads at once: help and wrong arguments answer
before NumPy, Brian2 or matplotlib could load. (With typer, help alone took half a second.)
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Sequence

from circuits.errors import CtloopError
from sims.cli import circuit, lesion, many, measure, repeat, results, run, show, sweep
from sims.cli.options import Parser, refuse_unknown

WRONG, STOPPED = 2, 130


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
        standard error), 130 when the user (Ctrl-C) or the system (SIGTERM) stopped it.
    """
    _end_as_by_ctrl_c()
    try:
        words = sys.argv[1:] if arguments is None else list(arguments)
        request, strangers = parser(words).parse_known_args(words)
        refuse_unknown(strangers, request.parser)
        if "act" not in request:  # `ctloop` or `ctloop run` alone: show the help
            request.parser.print_help()
            return 0
        request.act(request)
        sys.stdout.flush()
    except CtloopError as error:
        print(f"ctloop: {error}", file=sys.stderr)
        return WRONG
    except KeyboardInterrupt:
        print("ctloop: stopped; nothing was kept of what was not finished", file=sys.stderr)
        return STOPPED
    except SystemExit as shown:  # argparse has printed the help
        return int(shown.code or 0)
    except BrokenPipeError:  # `ctloop circuit | head`: the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _end_as_by_ctrl_c() -> None:
    """Have SIGTERM (`kill`, a scheduler's time limit) end a command as Ctrl-C does, workers and all."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def parser(arguments: Sequence[str] = ()) -> Parser:
    """Give the parser of the whole command line.

    Parameters
    ----------
    arguments : sequence of str
        What is to be parsed: `lesion`, `sweep` and `circuit` have the options of the experiment that it
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
  ctloop circuit --sources
lesion it
  ctloop run alternation --lesion "V1.L5IB -> Pulvinar.TRC"
  ctloop lesion "V1.L5IB -> Pulvinar.TRC" TRN --seeds 12

ctloop COMMAND --help explains a command.""",
    )
    commands = root.add_subparsers(title="commands", prog="ctloop", metavar="COMMAND")
    run.add(commands)
    show.add(commands)
    circuit.add(commands, name)
    lesion.add(commands, name)
    sweep.add(commands, name)
    repeat.add(commands)
    measure.add(commands)
    results.add(commands)
    return root


if __name__ == "__main__":
    sys.exit(main())
