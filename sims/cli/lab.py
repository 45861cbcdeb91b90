"""`ctloop lab`: finished runs in a browser; start, watch, compare and lesion there."""

from __future__ import annotations

import argparse
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from circuits.errors import CtloopError
from circuits.files import user_path

if TYPE_CHECKING:
    from sims.cli.options import Commands

PORT = 5006


def add(commands: Commands) -> None:
    """Add `lab` to the command line."""
    parser = commands.add_parser(
        "lab",
        usage="ctloop lab [RUNS] [OPTIONS]",
        help="look at runs in a browser; compare them, lesion the circuit, start runs",
        description="""\
Look at a folder of runs in a browser: scrub through time, compare two runs or a battery of
lesions, click lesions together, start a run and watch it. Needs the extra: pip install -e '.[lab]'

  ctloop lab
  ctloop lab results --port 5010 --no-browser

Only this machine can connect, and only with the token in the printed address. On a server:
ssh -L 5006:127.0.0.1:5006 HOST, then open the address here.""",
    )
    parser.add_argument(
        "runs", nargs="?", type=user_path, default=Path("runs"), metavar="RUNS",
        help="the folder of runs (default: runs)",
    )  # fmt: skip
    parser.add_argument(
        "--port", type=int, default=PORT, metavar="N", help=f"default: {PORT}; 0 takes a free one"
    )
    parser.add_argument("--no-browser", action="store_true", help="print the address, open nothing")
    parser.set_defaults(act=lab)


def lab(request: argparse.Namespace) -> None:
    """Serve the lab until it is stopped.

    Raises
    ------
    CtloopError
        If the extra is missing, the port is taken, or the folder holds no runs.
    """
    if not 0 <= request.port <= 65535:
        msg = f"--port takes a number from 0 to 65535, not {request.port}"
        raise CtloopError(msg)
    need_bokeh()
    from sims.lab.folders import Folder
    from sims.lab.server import serve

    folder = Folder.open(request.runs)
    serve(folder, request.port, open_browser=not request.no_browser)


def need_bokeh() -> None:
    """Refuse to go on without the extra.

    Raises
    ------
    CtloopError
        If Bokeh is not installed.
    """
    if find_spec("bokeh") is None:
        msg = "this needs Bokeh: pip install -e '.[lab]'"
        raise CtloopError(msg)
