"""The cell types of thalamus: relay, reticular and interneuron, as rows of a methods table."""

from __future__ import annotations

from circuits.records import CellType

#: Relay cell with the low-threshold calcium current that makes rebound bursts.
TC = CellType(
    name="TC",
    C_pf=200.0,
    gL_ns=8.0,
    EL_mv=-60.0,
    VT_mv=-50.0,
    DT_mv=1.5,
    Vr_mv=-56.0,
    tref_ms=2.0,
    a_ns=0.0,
    b_pa=10.0,
    tau_w_ms=60.0,
    gT_ns=14.0,
    VhT_mv=-70.0,
    tau_h_plus_ms=100.0,
    tau_h_minus_ms=20.0,
    sources={
        "*": "Smith2000",
        "gL_ns": "assumed: Smith's 0.035 mS/cm2 gives tau 57 ms, awake relay cells about 25 ms",
        "DT_mv": "BretteGerstner2005",
        "VT_mv": "Destexhe2009",
        "Vr_mv": "assumed: reset below threshold, so that tonic firing stays graded",
        "tref_ms": "Destexhe2009",
        "b_pa": "assumed: weak spike-frequency adaptation of relay cells",
        "tau_w_ms": "assumed: weak spike-frequency adaptation of relay cells",
        "EL_mv": "Iavarone2023",
        "VhT_mv": "assumed: Smith has -60 mV with rest at -65; kept the same distance below rest here",
    },
)

#: Reticular cell: strong T-current, adapts.
RE = CellType(
    name="RE",
    C_pf=100.0,
    gL_ns=12.0,
    EL_mv=-60.0,
    VT_mv=-50.0,
    DT_mv=2.0,
    Vr_mv=-55.0,
    tref_ms=2.0,
    a_ns=2.0,
    b_pa=20.0,
    tau_w_ms=100.0,
    gT_ns=8.0,
    VhT_mv=-66.0,
    sources={
        "*": "Destexhe2009",
        "C_pf": "assumed: smaller than relay cells",
        "gL_ns": "assumed: 83 MOhm, for the background of a living animal; with the 200 MOhm of a slice "
        "relay cells at their cited strength make it fire at 30 Hz",
        "gT_ns": "assumed: enough for a rebound burst; the number of its spikes was not fitted",
        "EL_mv": "Iavarone2023",
        "VhT_mv": "assumed: Smith has -60 mV with rest at -65; kept the same distance below rest here",
        "ET_mv": "Smith2000",
        "tau_h_plus_ms": "Smith2000",
        "tau_h_minus_ms": "Smith2000",
        "a_ns": "assumed: Destexhe's 30 nS needs his 600 ms; the T-current is explicit here",
        "b_pa": "assumed: as a_ns",
        "tau_w_ms": "assumed: as a_ns",
    },
)

#: Interneuron of the relay nuclei: no T-current, small.
IN = CellType(
    name="IN",
    C_pf=100.0,
    gL_ns=5.0,
    EL_mv=-65.0,
    VT_mv=-50.0,
    DT_mv=2.0,
    Vr_mv=-60.0,
    tref_ms=2.0,
    b_pa=10.0,
    tau_w_ms=100.0,
    sources={"*": "assumed: a small cell without T-current (starting table's design choice)"},
)

#: GABA cell of the zona incerta: fast, little adaptation, tonically active.
ZI = CellType(
    name="ZI",
    C_pf=100.0,
    gL_ns=10.5,
    EL_mv=-62.0,
    VT_mv=-50.0,
    DT_mv=1.5,
    Vr_mv=-60.0,
    tref_ms=2.0,
    b_pa=5.0,
    tau_w_ms=50.0,
    sources={"*": "assumed: a fast cell without T-current; no recording was found to fit it to"},
)
