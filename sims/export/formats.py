"""The formats there are: what each is made of, where it goes, and what writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from circuits.errors import UnknownName

if TYPE_CHECKING:
    from sims.export.source import Source


@dataclass(frozen=True, kw_only=True)
class Format:
    """One format.

    Attributes
    ----------
    about : str
        What it holds, for help.
    makes : str
        "FILE" or "DIR".
    writer : str
        "module:function", (source, out, options) -> lines that are printed.
    """

    about: str
    makes: str
    writer: str

    def write(self, source: Source, out: Path, options: Mapping[str, Any]) -> list[str]:
        """Write it; give what the user should know of it, line by line."""
        module, _, name = self.writer.partition(":")
        lines: list[str] = getattr(import_module(module), name)(source, out, options)
        return lines


FORMATS = {
    "nwb": Format(
        about="a run as a Neurodata Without Borders file: spikes, field potential, cycles, stimulus",
        makes="FILE",
        writer="sims.export.nwb:write_nwb",
    ),
    "sonata": Format(
        about="a circuit as a SONATA folder: cells, synapses, node sets, configurations, spikes of a run",
        makes="DIR",
        writer="sims.export.sonata.write:write_sonata",
    ),
    "nir": Format(
        about="a circuit as a NIR graph: its structure alone, with a list of what was dropped",
        makes="FILE",
        writer="sims.export.nir:write_nir",
    ),
}


def format_named(name: str) -> Format:
    """Give a format by its name.

    Raises
    ------
    UnknownName
        If there is none.
    """
    if name not in FORMATS:
        kind = "format"
        raise UnknownName(kind, name, FORMATS)
    return FORMATS[name]
