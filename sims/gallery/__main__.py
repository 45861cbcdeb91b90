"""Run the examples and write each as a page with its pictures: `python -m sims.gallery [NAME ...]`.

The pages are `runs/gallery/NAME.html` below the current folder. jupytext reads an example as a notebook, nbclient
runs it in a process of its own, nbconvert writes the page.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from circuits.errors import CtloopError, UnknownName

HERE = Path(__file__).parent
#: Where examples write, and where their pages go; below the current folder.
PAGES = Path("runs/gallery")
#: The examples in the order of the README, which is the order in which they are read.
EXAMPLES = ("alternation", "relay_cell", "own_movie", "synapse", "loop_learns", "new_pathway")


def build(name: str) -> Path:
    """Run one example in the current folder and write its page.

    Parameters
    ----------
    name : str
        One of `EXAMPLES`.

    Returns
    -------
    Path
        The page, with its pictures in it.

    Raises
    ------
    CtloopError
        If the extra is missing, or the example fails; the message ends with what the example raised.
    """
    if name not in EXAMPLES:
        raise UnknownName("example", name, EXAMPLES)
    try:
        import jupytext
        import nbclient
        from nbconvert import HTMLExporter
    except ImportError as missing:
        msg = "this needs jupytext and nbconvert: pip install -e '.[gallery]'"
        raise CtloopError(msg) from missing
    place = {"metadata": {"path": str(Path.cwd()), "name": name}}
    notebook = jupytext.read(HERE / f"{name}.py", fmt="py:percent")
    try:
        nbclient.NotebookClient(
            notebook, kernel_name="python3", resources=place, extra_arguments=["--log-level=ERROR"]
        ).execute()
    except nbclient.exceptions.CellExecutionError as error:
        msg = f"the example {name} failed: {error.ename}: {error.evalue}"
        raise CtloopError(msg) from error
    page, _ = HTMLExporter(embed_images=True).from_notebook_node(notebook, place)
    PAGES.mkdir(parents=True, exist_ok=True)
    file = PAGES / f"{name}.html"
    file.write_text(page, encoding="utf-8")
    return file


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the pages that are named, or all of them.

    Returns
    -------
    int
        0; 2 if one could not be built, after a line that says why.
    """
    parser = argparse.ArgumentParser(prog="python -m sims.gallery", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(EXAMPLES))
    try:
        for name in parser.parse_args(arguments).names or EXAMPLES:
            started = time.perf_counter()
            print(f"{build(name)}  {time.perf_counter() - started:.0f} s", flush=True)
    except CtloopError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
