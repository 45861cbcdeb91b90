"""Experiments that leave their results as one JSON file in the run folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from figures.style.canvas import Missing

Results = dict[str, Any]


def read_results(folder: Path, file: str) -> Results:
    """Read the results an experiment left for its figures.

    Parameters
    ----------
    folder : Path
        A run folder.
    file : str
        Name of the JSON file in it.

    Raises
    ------
    Missing
        If the folder has no such file, or it cannot be read.
    """
    try:
        found: Results = json.loads((folder / file).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        msg = f"{folder} has no {file} to draw from: {error}"
        raise Missing(msg) from error
    return found
