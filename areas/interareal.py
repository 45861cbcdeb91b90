"""The rules between areas: V1 forward to V2, V2 back to V1.

Forward fibres start mostly above layer 4 (SLN .70-.76) and end in layer 4; feedback starts in all
layers but 4 (SLN .32-.50) and ends in layers 1, 2/3, 5 and 6, never 4 (Markov et al. 2014). Cells
that project to the thalamus send nothing to other areas (Petrof et al. 2012), so the infragranular
fibres come from L5IT and L6CC. Connections are counted in fibres times target cells.
"""

from __future__ import annotations

from circuits.records import Projection, Topographic

SOURCES = {
    "source": "Petrof2012",
    "contacts": "Schmidt2018",  # whose fibres are synapses
    "rule": "assumed: orientation columns of the two areas are linked like to like (Gilbert1989)",
    "lamina": "Markov2014",
    "modelled": "assumed: fibres thinned with the cells",
    "pooling": "vanAlbada2015",
    "weight_cv": "PotjansDiesmann2014",
    "AMPA": "PotjansDiesmann2014",
    "NMDA": "assumed: a tenth of the AMPA conductance",
    "delay_ms": "Girard2001",  # 17.9 mm (Schmidt2018) at 3.5 m/s
    "delay_cv": "assumed: a tenth, to the late side alone",
    "gain": "assumed: calibrated to awake rates",
}
FORWARD_SOURCES = {
    **SOURCES,
    "fibres": "assumed: near Schmidt2018 in L4, less below it; with the infragranular starts and the "
    "weight in layer 4 that Markov2014 asks for",
}
BACK_SOURCES = {
    **SOURCES,
    "fibres": "assumed: Schmidt2018 onto L2/3, less onto L5 and L6; with the SLN of Markov2014",
}

#: Source and target class, fibres per target cell, gain, and how many times as many fibres are
#: modelled as thinning leaves. The fibres per target are scaled so that at least 60 % of the forward
#: weight ends in layer 4.
FORWARD: tuple[tuple[str, str, float, float, float], ...] = (
    ("L23E", "L4E", 800.0, 2.5, 5.0),
    ("L23E", "L4PV", 560.0, 1.0, 1.0),
    ("L5IT", "L4E", 160.0, 1.0, 1.0),
    ("L6CC", "L4E", 130.0, 1.0, 1.0),
    ("L23E", "L5IT", 100.0, 1.0, 1.0),
    ("L6CC", "L6CC", 100.0, 1.0, 1.0),
)

#: Source and target class, fibres per target cell, lamina of the terminals, gain.
BACK: tuple[tuple[str, str, float, str, float], ...] = (
    ("L23E", "L23E", 344.0, "L1", 0.15),
    ("L23E", "L23PV", 70.0, "L2/3", 0.15),
    ("L5IT", "L23E", 257.0, "L1", 0.15),
    ("L6CC", "L23E", 257.0, "L1", 0.15),
    ("L23E", "L5IB", 220.0, "L1", 0.15),
    ("L5IT", "L5IT", 170.0, "L5", 0.5),
    ("L6CC", "L6CC", 120.0, "L6", 0.5),
)

#: 17.9 mm at 3.5 m/s.
DELAY_MS = 5.1


def projections(scale: float) -> list[Projection]:
    """Give the projections between V1 and V2."""
    forward = [
        _between(f"V1.{source}", f"V2.{target}", fibres, gain, scale * crowd)
        for source, target, fibres, gain, crowd in FORWARD
    ]
    back = [
        _between(f"V2.{source}", f"V1.{target}", fibres, gain, scale, lamina)
        for source, target, fibres, lamina, gain in BACK
    ]
    return forward + back


def _between(
    source: str, target: str, fibres: float, gain: float, share: float, lamina: str = ""
) -> Projection:
    """Wire two areas; `share` of the fibres is modelled, and feedback says where it ends."""
    return Projection(
        source=source,
        target=target,
        role="feedback" if lamina else "feedforward",
        rule=Topographic(orientation_deg=20.0),
        fibres=fibres,
        modelled=max(2, round(fibres * min(share, 1.0))),
        receptors={"AMPA": 0.3, "NMDA": 0.03},
        delay_ms=DELAY_MS,
        lamina=lamina,
        gain=gain,
        sources=BACK_SOURCES if lamina else FORWARD_SOURCES,
    )
