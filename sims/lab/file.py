"""The views of one run as one file that opens without a network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bokeh.document import Document
from bokeh.embed import file_html
from bokeh.models import TabPanel, Tabs
from bokeh.resources import INLINE

from circuits.runs.whole_file import write_whole
from sims.lab.folders import read_run
from sims.lab.look import Describe, look
from sims.lab.page import KEYS, paragraph, template


def write_html(folder: Path, file: Path, describe: Describe) -> None:
    """Write the views of a run folder into one HTML file.

    Parameters
    ----------
    folder : Path
        A finished run.
    file : Path
        Written whole or not at all.
    describe : callable
        Gives unit and meaning of a metric.

    Raises
    ------
    CtloopError
        If the folder is no finished run.
    """
    document = Document(title=f"ctloop: {folder.name}")
    tabs = Tabs(tabs=_panels(folder, describe), name="views", sizing_mode="stretch_width")
    for root in (tabs, paragraph(KEYS, "note")):
        document.add_root(root)
    text = file_html(document, INLINE, title=document.title, template=template())
    write_whole(file, text.encode())


def _panels(folder: Path, describe: Describe) -> list[Any]:
    run = read_run(folder)
    return [TabPanel(child=look(run, describe), title="Look", name="look")]
