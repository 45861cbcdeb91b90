"""`ctloop completion SHELL`: the script by which a shell completes commands, experiments, options and populations."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

from circuits.errors import CtloopError, UnknownName
from circuits.files import user_path

if TYPE_CHECKING:
    from sims.cli.options import Commands, Parser

SHELLS = ("bash", "zsh", "tcsh", "fish")
#: Of `ctloop lesion`: what is lesioned.
TO_LESION = "to_lesion"


def add(commands: Commands) -> None:
    """Add `completion` to the command line."""
    parser = commands.add_parser(
        "completion",
        usage="ctloop completion SHELL",
        help="print the script by which a shell completes what you type",
        description="""\
Print the script by which a shell completes commands, experiments, options, files and populations.

For this shell:
  eval "$(ctloop completion bash)"
For good:
  ctloop completion bash >> ~/.bashrc
  ctloop completion zsh > ~/.zfunc/_ctloop        (a folder of zsh's fpath)""",
    )
    parser.add_argument("shell", metavar="SHELL", help=", ".join(SHELLS))
    parser.set_defaults(act=completion)


def completion(arguments: argparse.Namespace) -> None:
    """Print the script.

    Raises
    ------
    CtloopError
        If there is no such shell, or shtab is missing.
    """
    if arguments.shell not in SHELLS:
        raise UnknownName("shell", arguments.shell, SHELLS)
    if find_spec("shtab") is None:
        msg = "this needs shtab: pip install -e '.[completion]'"
        raise CtloopError(msg)
    import shtab

    from sims.cli.main import parser
    from sims.experiments.option import help_of
    from sims.experiments.request import Request

    root = parser()
    # Lesions of the circuit: the name of a population is one. Those of a single synapse have another help text.
    names, lesions = populations(), help_of(Request.__dataclass_fields__["lesions"])
    for action in _actions(root):
        if action.type is user_path:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif action.dest == TO_LESION or action.help == lesions:
            action.choices = names
    print(shtab.complete(root, arguments.shell))


def populations() -> list[str]:
    """List the populations of the loop as it is shipped."""
    from circuits import spec
    from thalamus.loop import corticothalamic_loop

    return list(spec.populations(corticothalamic_loop()))


def _actions(parser: Parser | argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Walk through the arguments of a parser and of all its commands."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from _actions(inner)
        else:
            yield action
