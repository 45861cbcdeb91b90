"""LGN, TRN and pulvinar: their cells, and the wiring inside the thalamus."""

from __future__ import annotations

from areas.column import TABLE_SCALE
from circuits.records import (
    STP,
    CellType,
    OneToFew,
    Population,
    Projection,
    Topographic,
)
from thalamus import cells

POPULATION_SOURCES = {
    "count": "assumed: no count per mm2 of cortex found; interneurons a fifth of the pulvinar "
    "(Sherman2004: 20-25 % of a nucleus)",
    "depth_top_um": "assumed: no laminae in thalamus",
    "depth_bottom_um": "assumed: no laminae in thalamus",
    "field_deg": "assumed: one patch of field for the whole loop, the retina's",
    "scatter_deg": "assumed: about the size of a parafoveal receptive field",
    "background_pa": "assumed: holds relay cells near -60 mV (Iavarone2023)",
    "noise_pa": "assumed: calibrated to awake rates",
    "spread_pa": "assumed: none",
}

RETINA = CellType(
    name="RGC",
    C_pf=1.0,
    gL_ns=1.0,
    EL_mv=0.0,
    VT_mv=0.0,
    DT_mv=1.0,
    Vr_mv=0.0,
    sources={"*": "assumed: a spike source; the retina's numbers are in thalamus/retina.py"},
)

#: Cells at 1/20 of the table, the number below which they are not thinned, and unmodelled input.
#: name: cell, table count, fewest, map, transmitter, background pA, noise pA
TABLE: dict[str, tuple[CellType, int, int, str, str, float, float]] = {
    "Retina.GC": (RETINA, 200, 400, "retinotopic", "exc", 0.0, 0.0),
    "LGN.TC": (cells.TC, 200, 400, "retinotopic", "exc", 50.0, 25.0),
    "TRN.LGN": (cells.RE, 75, 75, "retinotopic", "inh", 30.0, 25.0),
    "TRN.PUL": (cells.RE, 75, 75, "orientation", "inh", 30.0, 25.0),
    "Pulvinar.TRC": (cells.TC, 300, 180, "orientation", "exc", 40.0, 25.0),
    "Pulvinar.IN": (cells.IN, 75, 45, "orientation", "inh", 30.0, 25.0),
}

# Tsodyks-Markram values of the reference thalamus (Iavarone et al. 2023, table S1).
RELAY_TO_TRN = STP(U=0.86, D_ms=671.0, F_ms=17.0)
TRN_TO_RELAY = STP(U=0.32, D_ms=352.0, F_ms=2.0)
TRN_TO_TRN = STP(U=0.41, D_ms=464.0, F_ms=54.0)
IN_TO_RELAY = STP(U=0.47, D_ms=137.0, F_ms=239.0)


def populations(scale: float) -> list[Population]:
    """Give the thalamic populations, and the retina as their source, at a scale."""
    out = []
    for name, (cell, table, fewest, layout, transmitter, background, noise) in TABLE.items():
        out.append(
            Population(
                name=name,
                area=name.split(".")[0],
                lamina="",
                cell=cell,
                count=max(round(table * scale / TABLE_SCALE), fewest),
                transmitter=transmitter,  # type: ignore[arg-type]
                map=layout,  # type: ignore[arg-type]
                background_pa=background,
                noise_pa=noise,
                spike_source=name.startswith("Retina"),
                sources=POPULATION_SOURCES,
            )
        )
    return out


#: Fibres, contacts, conductances (a contact's times the contacts) and dynamics are those of the
#: reference thalamus, a rodent's VPL; what is not in it is named.
SOURCES = {
    "*": "Iavarone2023",
    "rule": "assumed: closed loops, near cells likelier; widths ours",
    "modelled": "assumed: fewer fibres than in tissue, as many as their summed noise allows",
    "pooling": "assumed: summed, so that the balance of the pathways stays that of all fibres",
    "weight_cv": "assumed: a tenth",
    "delay_ms": "HillTononi2005",
    "delay_cv": "assumed: a tenth, to the late side alone",
    "gain": "assumed: calibrated to awake rates",
}
ORIENTED = Topographic(orientation_deg=20.0)
FIELD = Topographic(field_deg=0.25)


def projections() -> list[Projection]:
    """Give the projections inside the thalamus, and from the retina."""
    return [
        Projection(
            source="Retina.GC",
            target="LGN.TC",
            role="driver",
            rule=OneToFew(),
            fibres=2.0,
            modelled=2,
            contacts=12.6,
            receptors={"AMPA": 14.5, "NMDA": 5.9},
            pooling="sum",
            delay_ms=1.0,
            stp=STP(U=0.7, D_ms=125.0, F_ms=1.0),
            gain=2.5,
            sources={
                **SOURCES,
                "fibres": "Sincich2007",
                "rule": "Sincich2007",
                "contacts": "assumed: as the lemniscal driver (Iavarone2023)",
                "receptors": "assumed: as the lemniscal driver (Iavarone2023)",
                "U": "Chen2002",
                "D_ms": "Chen2002",
                "gain": "assumed: one retinal fibre can fire a relay cell (Sincich2007)",
            },
        ),
        *_with_trn("LGN.TC", "TRN.LGN", FIELD),
        *_with_trn("Pulvinar.TRC", "TRN.PUL", ORIENTED),
        *(_among_trn(sector, rule) for sector, rule in (("TRN.LGN", FIELD), ("TRN.PUL", ORIENTED))),
        Projection(
            source="Pulvinar.IN",
            target="Pulvinar.TRC",
            role="inhibitory",
            rule=ORIENTED,
            fibres=20.0,
            modelled=6,
            receptors={"GABA_A": 0.4},
            pooling="sum",
            delay_ms=2.0,
            stp=IN_TO_RELAY,
            sources={
                **SOURCES,
                "fibres": "assumed: a fifth of the TRN's 113; no count found",
                "contacts": "assumed: one; no count found",
            },
        ),
    ]


def _with_trn(relay: str, sector: str, rule: Topographic) -> list[Projection]:
    """Wire a relay nucleus and its sector of the TRN to each other.

    The rodent's 113 x 4.63 contacts make inhibition a third of all on a pulvinar relay cell; in
    cat pulvinar 12 % are counted (Wang, Eisenback & Bickford 2002). No source settles it.
    """
    return [
        Projection(
            source=relay,
            target=sector,
            role="local",
            rule=rule,
            fibres=123.0,
            modelled=15,
            contacts=1.54,
            receptors={"AMPA": 4.3, "NMDA": 2.45},
            pooling="sum",
            delay_ms=2.0,
            stp=RELAY_TO_TRN,
            gain=0.05,
            sources={**SOURCES, "gain": "assumed: calibrated to awake TRN rates"},
        ),
        Projection(
            source=sector,
            target=relay,
            role="inhibitory",
            rule=rule,
            fibres=113.0,
            modelled=15,
            contacts=4.63,
            receptors={"GABA_A": 5.1, "GABA_B": 0.1},
            pooling="sum",
            delay_ms=2.0,
            stp=TRN_TO_RELAY,
            gain=0.05,
            sources={
                **SOURCES,
                "gain": "assumed: calibrated to awake relay rates",
                "GABA_B": "assumed: small; the slow IPSP follows volleys alone",
            },
        ),
    ]


def _among_trn(sector: str, rule: Topographic) -> Projection:
    return Projection(
        source=sector,
        target=sector,
        role="inhibitory",
        rule=rule,
        fibres=47.0,
        modelled=8,
        contacts=1.53,
        receptors={"GABA_A": 1.38},
        pooling="sum",
        delay_ms=2.0,
        stp=TRN_TO_TRN,
        gain=0.1,
        sources={**SOURCES, "gain": "assumed: weak or absent in some preparations (Hou2016)"},
    )
