"""`ctloop results`: collect runs into a table, and write or check the tables of README files."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from circuits.errors import CtloopError
from circuits.files import user_path
from sims.experiments import CircuitRequest, experiment

if TYPE_CHECKING:
    from sims.cli.options import Commands
    from sims.measures.metric import Goals


def add(commands: Commands) -> None:
    """Add `results` to the command line."""
    parser = commands.add_parser(
        "results",
        usage="ctloop results [README ...] [OPTIONS]",
        help="collect finished runs into a table; write or check the tables of README files",
        description="""\
Collect finished runs, batteries or sweeps into one CSV file, a row a run:
  ctloop results --collect runs/alternation-* --into sims/alternation/results/seeds.csv
  ctloop results --collect runs/lesion-1 --into lesions.csv --columns content_outcome,theta_l5ib_hz
What each lesion of a battery did, with interval and corrected p, a row a lesion and metric:
  ctloop results --collect runs/lesion-1 --effects --into effects.csv
Write the tables of all README files, or of one, from the CSV files beside them:
  ctloop results
  ctloop results sims/alternation/README.md
Check them instead, and change nothing:
  ctloop results --check
A table stands between two lines of a README:
  <!-- results: results/seeds.csv columns=theta_l5ib_hz:.2f,content_outcome:.2f by=label -->
  <!-- end -->
table=rows shows the rows as they are, table=goals experiment=NAME in how many seeds goals held.""",
    )
    parser.add_argument(
        "readmes", nargs="*", type=user_path, metavar="README",
        help="files whose tables are written (default: all of this checkout)",
    )  # fmt: skip
    parser.add_argument("--check", action="store_true", help="compare, and change nothing")
    parser.add_argument(
        "--collect", nargs="+", type=user_path, metavar="RUN", help="folders of runs or batteries"
    )
    parser.add_argument("--into", type=user_path, metavar="FILE", help="the CSV file of --collect")
    parser.add_argument(
        "--columns", metavar="KEY,KEY,...", help="metrics of --collect (default: all)"
    )
    parser.add_argument(
        "--effects", action="store_true", help="with --collect: differences instead of runs"
    )
    parser.add_argument(
        "--verdicts",
        action="store_true",
        help="with --collect: verdicts on published inactivations",
    )
    parser.set_defaults(act=results)


def results(arguments: argparse.Namespace) -> None:
    """Collect, write or check as the command line asks for it.

    Raises
    ------
    CtloopError
        If that cannot be done, or a table differs (with --check).
    """
    if (arguments.collect is None) != (arguments.into is None):
        msg = "--collect RUN ... and --into FILE.csv go together"
        raise CtloopError(msg)
    if arguments.collect is not None:
        _collect(arguments)
        return
    if arguments.columns is not None or arguments.effects or arguments.verdicts:
        msg = "--columns and --effects belong to --collect; a README's columns stand in its markers"
        raise CtloopError(msg)
    from sims.report import results as tables

    for readme in arguments.readmes or tables.readmes():
        if arguments.check:
            tables.check(readme, goals)
            continue
        text = tables.render(readme, goals)
        if text != readme.read_text(encoding="utf-8"):
            readme.write_text(text, encoding="utf-8")
            print(f"wrote the tables of {readme}")


def goals(name: str, facts: Mapping[str, str]) -> Goals:
    """Give what is hoped of the intact circuit in an experiment.

    Parameters
    ----------
    name : str
        The experiment.
    facts : mapping of str to str
        Options of the run that are not the usual ones (condition, sequence).

    Raises
    ------
    UnknownName
        If there is no such experiment, or it has no such option.
    """
    from sims.runs.perform import written

    one = experiment(name)
    numpy = {"engine": "numpy"} if issubclass(one.request, CircuitRequest) else {}
    request = one.request.read({**numpy, **facts})
    meta: dict[str, Any] = {"experiment": {**written(request), "name": name}}
    if isinstance(request, CircuitRequest):
        from circuits.spec import to_dict

        meta["spec"] = to_dict(request.circuits()[1])
    return one.goals(meta)


def _collect(arguments: argparse.Namespace) -> None:
    if arguments.check or arguments.readmes:
        msg = "--collect writes a CSV file; write or check the tables of a README after it"
        raise CtloopError(msg)
    if not arguments.into.parent.is_dir():
        msg = f"--into: there is no folder {arguments.into.parent}; make it first"
        raise CtloopError(msg)
    from sims.runs.collect import collect, collect_effects, collect_verdicts

    columns = [part.strip() for part in (arguments.columns or "").split(",") if part.strip()]
    if arguments.verdicts:
        collect_verdicts(arguments.collect, arguments.into, columns)
    elif arguments.effects:
        collect_effects(arguments.collect, arguments.into, columns)
    else:
        collect(arguments.collect, arguments.into, columns)
    print(f"wrote {arguments.into}")
