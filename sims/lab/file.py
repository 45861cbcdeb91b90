"""The views of one run as one file that opens without a network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bokeh.document import Document
from bokeh.embed import file_html
from bokeh.models import TabPanel, Tabs
from bokeh.resources import INLINE

from circuits.runs.store import read_meta
from circuits.runs.whole_file import write_whole
from figures.prediction.curves import FILE
from figures.run.circuit import lesioned_names
from sims.lab.circuit import circuit_of
from sims.lab.compare import battery
from sims.lab.folders import EFFECTS, read_run
from sims.lab.learn import learn
from sims.lab.look import look
from sims.lab.page import KEYS, paragraph, template
from sims.lab.plots.circuit import circuit_figure


def write_html(folder: Path, file: Path) -> None:
    """Write the views of a run folder into one HTML file.

    Parameters
    ----------
    folder : Path
        A finished run.
    file : Path
        Written whole or not at all.

    Raises
    ------
    CtloopError
        If the folder is no finished run.
    """
    document = Document(title=f"ctloop: {folder.name}")
    tabs = Tabs(tabs=_panels(folder), name="views", sizing_mode="stretch_width")
    for root in (tabs, paragraph(KEYS, "note")):
        document.add_root(root)
    text = file_html(document, INLINE, title=document.title, template=template())
    write_whole(file, text.encode())


def _panels(folder: Path) -> list[Any]:
    """Make the views that the folder has something for."""
    if (folder / EFFECTS).is_file():
        read_meta(folder)
        return [TabPanel(child=battery(folder), title="Compare", name="compare")]
    run = read_run(folder)
    panels = [TabPanel(child=look(run), title="Look", name="look")]
    if run.meta.get("spec"):
        graph = circuit_of(run)
        made, _, _ = circuit_figure(graph, lesioned_names(run, graph))
        panels.append(TabPanel(child=made, title="Circuit", name="circuit"))
    if (folder / FILE).is_file():
        panels.append(TabPanel(child=learn(folder, []), title="Learn", name="learn"))
    return panels
