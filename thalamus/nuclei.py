"""The cells of LGN, TRN and pulvinar, of the retina and of the zona incerta (ZI)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from areas.column import TABLE_SCALE
from circuits.records import CellType, Population
from thalamus import cells

POPULATION_SOURCES = {
    "tissue_cells": "assumed: no count per mm2 of cortex found; interneurons a fifth of the pulvinar "
    "(Sherman2004: 20-25 % of a nucleus)",
    "depth_top_um": "assumed: no laminae in thalamus",
    "depth_bottom_um": "assumed: no laminae in thalamus",
    "field_deg": "assumed: one patch of field for the whole loop, the retina's",
    "scatter_deg": "assumed: about the size of a parafoveal receptive field",
    "background_pa": "assumed: holds relay cells near -60 mV (Iavarone2023), calibrated to awake rates",
    "noise_pa": "assumed: calibrated to awake rates",
    "spread_pa": "assumed: none",
}

RETINA_CELL = CellType(
    name="RGC",
    C_pf=1.0,
    gL_ns=1.0,
    EL_mv=0.0,
    VT_mv=0.0,
    DT_mv=1.0,
    Vr_mv=0.0,
    sources={"*": "assumed: a spike source; the retina's numbers are in thalamus/retina.py"},
)


@dataclass(frozen=True, slots=True)
class NucleusRow:
    """One population of the thalamus, or the retina.

    Attributes
    ----------
    area, cells : str
        Together its name: "Pulvinar" and "TRC" give "Pulvinar.TRC".
    kind : "relay", "reticular", "interneuron", "incertal" or "ganglion"
    transmitter : "exc" or "inh"
    cell : CellType
        How it fires.
    map : "orientation", "retinotopic" or "none"
        What its cells are laid out over.
    count : int
        Cells at `areas.column.TABLE_SCALE`, 1/20 of 1 mm2 of cortex.
    fewest : int
        The number below which they are not thinned.
    background_pa, noise_pa : float
        Mean and standard deviation of the unmodelled input, pA.
    spike_source : bool
        Whether it replays given spikes.
    """

    area: str
    cells: str
    kind: Literal["relay", "reticular", "interneuron", "incertal", "ganglion"]
    transmitter: Literal["exc", "inh"]
    cell: CellType
    map: Literal["orientation", "retinotopic", "none"]
    count: int
    fewest: int
    background_pa: float
    noise_pa: float
    spike_source: bool = False


# fmt: off
NUCLEI: tuple[NucleusRow, ...] = (
    #          area      cells  kind          transmitter  cell      map           count fewest background noise pA
    NucleusRow("Retina",   "GC",  "ganglion",    "exc", RETINA_CELL, "retinotopic", 200, 400,  0.0,  0.0, True),
    NucleusRow("LGN",      "TC",  "relay",       "exc", cells.TC,    "retinotopic", 200, 400, 110.0, 25.0),
    NucleusRow("TRN",      "LGN", "reticular",   "inh", cells.RE,    "retinotopic",  75,  75, 10.0, 25.0),
    NucleusRow("TRN",      "PUL", "reticular",   "inh", cells.RE,    "orientation",  75,  75, -62.0, 25.0),
    NucleusRow("Pulvinar", "TRC", "relay",       "exc", cells.TC,    "orientation", 300, 180, 105.0, 25.0),
    NucleusRow("Pulvinar", "IN",  "interneuron", "inh", cells.IN,    "orientation",  75,  45, 75.0, 25.0),
    NucleusRow("ZI",       "GABA", "incertal",   "inh", cells.ZI,    "none",         60,  60, 95.0, 40.0),
)
# fmt: on


def populations(scale: float, rows: Iterable[NucleusRow] = NUCLEI) -> list[Population]:
    """Give the thalamic populations, the retina that drives them and the zona incerta.

    Parameters
    ----------
    scale : float
        Fraction of the cells that belong to 1 mm2 of cortex, more than 0, at most 1.
    rows : iterable of NucleusRow
        Which; all of them unless some are given.
    """
    return [
        Population(
            name=f"{row.area}.{row.cells}",
            area=row.area,
            lamina="",
            cell=row.cell,
            count=max(round(row.count * scale / TABLE_SCALE), row.fewest),
            transmitter=row.transmitter,
            kind=row.kind,
            tissue_cells=row.count / TABLE_SCALE,
            map=row.map,
            background_pa=row.background_pa,
            noise_pa=row.noise_pa,
            spike_source=row.spike_source,
            sources={
                **POPULATION_SOURCES,
                "count": "assumed: those of the tissue times the scale, never fewer than "
                f"{row.fewest}: field and orientations stay covered",
            },
        )
        for row in rows
    ]
