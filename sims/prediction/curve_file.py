"""The learning curve of a seed that is still training, in a small file beside its epochs."""

from __future__ import annotations

import json
from pathlib import Path

#: In the folder of a seed.
FILE = "curve.json"
Curve = dict[str, list[float]]


def read_curves(folder: Path) -> dict[str, Curve]:
    """Read how far every seed of a run has learnt.

    Parameters
    ----------
    folder : Path
        Of the run, finished or not.

    Returns
    -------
    dict of str to dict
        By seed: `right` and `copied` of every training cycle, 0 or 1. {} where none was trained.
    """
    found = {}
    for path in sorted(folder.glob(f"seed-*/{FILE}")):
        try:
            found[path.parent.name.removeprefix("seed-")] = json.loads(path.read_bytes())
        except (OSError, ValueError):  # it has just gone
            continue
    return found
