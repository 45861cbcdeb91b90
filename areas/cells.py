"""The cell types of cortex: how each class fires, as rows of a methods table."""

from __future__ import annotations

from dataclasses import replace

from circuits.records import CellType

#: Regular-spiking pyramidal cell with weak adaptation.
RS = CellType(
    name="RS",
    C_pf=200.0,
    gL_ns=10.0,
    EL_mv=-65.0,
    VT_mv=-50.0,
    DT_mv=2.0,
    Vr_mv=-58.0,
    tref_ms=2.5,
    a_ns=1.0,
    b_pa=20.0,
    tau_w_ms=150.0,
    sources={
        "*": "Destexhe2009",
        "EL_mv": "PotjansDiesmann2014",
        "Vr_mv": "Naud2008",
        "DT_mv": "Naud2008",
        "b_pa": "assumed: between Destexhe's weak (5) and strong (40 pA) adaptation",
        "tau_w_ms": "BretteGerstner2005",
    },
)

#: Excitatory cell of layer 4. Held up by unmodelled input and held down by the fast feedforward
#: inhibition that the thalamus drives too, it answers the difference of the two: a change of all
#: weights moves both sides, so it moves the rate little.
STELLATE = replace(
    RS,
    name="stellate",
    EL_mv=-66.0,
    VT_mv=-43.0,
    Vr_mv=-50.0,
    Vcut_mv=-20.0,
    sources={
        **RS.sources,
        "EL_mv": "Lefort2009",
        "VT_mv": "assumed: Lefort2009 has -40 mV; 3 mV lower, with inhibition to make up for it",
        "Vcut_mv": "Lefort2009",
    },
)

#: L6 corticothalamic cells are less excitable than their neighbours (Crandall et al. 2017).
L6CT = replace(
    RS,
    name="L6CT",
    EL_mv=-68.0,
    b_pa=3.0,
    sources={
        **RS.sources,
        "EL_mv": "assumed: 3 mV below its neighbours; less excitable (Crandall2017)",
        "b_pa": "assumed: fires regularly, without bursts, and adapts weakly (OReilly2026)",
    },
)

#: Intrinsically bursting thick-tufted cell: the reset above threshold makes the burst, the
#: adaptation current ends it and sets when the next may begin.
IB = CellType(
    name="IB",
    C_pf=200.0,
    gL_ns=10.0,
    EL_mv=-58.0,
    VT_mv=-50.0,
    DT_mv=2.0,
    Vr_mv=-43.6,
    tref_ms=2.0,
    a_ns=2.3,
    b_pa=170.0,
    tau_w_ms=74.0,
    sources={
        "*": "Naud2008",
        "tref_ms": "Destexhe2009",
        "b_pa": "assumed: of the grid about Naud2008 that bursts 5 per s and depends least on drive",
        "tau_w_ms": "assumed: of the same grid",
        "a_ns": "assumed: of the same grid",
        "Vr_mv": "assumed: of the same grid, 3-4 spikes a burst",
    },
)

#: Fast-spiking parvalbumin interneuron.
PV = CellType(
    name="PV",
    C_pf=100.0,
    gL_ns=10.0,
    EL_mv=-70.0,
    VT_mv=-50.0,
    DT_mv=1.0,
    Vr_mv=-60.0,
    tref_ms=1.0,
    sources={
        "*": "Payeur2021",
        "DT_mv": "assumed: sharper than pyramidal cells, so that single EPSPs recruit it",
        "Vr_mv": "assumed: Payeur resets to EL+15; lower keeps the rate below 300 Hz",
    },
)

#: Somatostatin interneuron: small leak, adapts slowly.
SST = CellType(
    name="SST",
    C_pf=100.0,
    gL_ns=5.0,
    EL_mv=-65.0,
    VT_mv=-50.0,
    DT_mv=2.0,
    Vr_mv=-60.0,
    tref_ms=2.0,
    a_ns=0.5,
    b_pa=10.0,
    tau_w_ms=500.0,
    sources={
        "*": "Payeur2021",
        "EL_mv": "assumed: resting potential of low-threshold interneurons",
        "DT_mv": "Naud2008",
    },
)
