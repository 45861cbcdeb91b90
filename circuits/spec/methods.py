"""The methods of a circuit as the tables of Nordlie, Gewaltig & Plesser (2009): data, in no file format yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import TypeAlias

from circuits import equations as eq
from circuits.learning.record import learning_of
from circuits.records import ASSUMED, USER, CellType, Population, Projection, Rule
from circuits.spec.circuit import Circuit, populations, projections, scale_of
from circuits.spec.sources import cited


@dataclass(frozen=True, slots=True)
class Citations:
    """Papers by key, and whether something beside them is assumed or set by the user."""

    keys: tuple[str, ...]
    assumed: bool = False
    user: bool = False


@dataclass(frozen=True, slots=True)
class Formula:
    """An equation in TeX, without the signs of mathematics around it."""

    tex: str


Cell: TypeAlias = str | Citations | Formula


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its title, the heads of its columns, and its rows."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


_MEMBRANE = (
    r"C\,\dot v = g_L(E_L-v) + g_L\Delta_T e^{(v-V_T)/\Delta_T} - w "
    r"+ g_T h\,[v>V_{hT}](E_T-v) + I_\mathrm{syn} + I_\mathrm{noise} + I_\mathrm{ext}"
)
_SYNAPTIC = (
    r"I_\mathrm{syn} = \sum_r g_r B_r(v)(E_r-v),\ \dot g_r = -g_r/\tau_r,\ "
    r"B_\mathrm{NMDA} = 1/(1+e^{-0.062 v}/3.57),\ B_r = 1\ \mathrm{otherwise}"
)


def methods(circuit: Circuit) -> list[Table]:
    """Give the tables of a circuit: summary, populations, connectivity, models, input, plasticity."""
    tables = [
        _summary(circuit),
        _populations(circuit),
        _projections(circuit),
        _equations(),
        _cell_types(circuit),
        _receptors(),
        _input(circuit),
    ]
    if any(p.plastic for p in projections(circuit).values()):
        tables.append(_plasticity(circuit))
    return tables


def citations(sources: Iterable[str]) -> Citations:
    """Gather the sources of a record."""
    texts = list(sources)
    keys = sorted(set().union(*(cited(text) for text in texts)), key=str.casefold)
    return Citations(tuple(keys), any(t.startswith(ASSUMED) for t in texts), USER in texts)


def keys_of(cells: Iterable[Population], fibres: Iterable[Projection]) -> set[str]:
    """List the papers that the numbers of these records rest on, and those of the equations."""
    texts = {kinetics.source for kinetics in eq.RECEPTORS.values()}
    for population in cells:
        texts |= {*population.sources.values(), *population.cell.sources.values()}
    for projection in fibres:
        texts |= set(projection.sources.values())
    return {"BretteGerstner2005", "Smith2000"}.union(*(cited(text) for text in texts))


def _summary(circuit: Circuit) -> Table:
    cells, fibres = populations(circuit), projections(circuit)
    rules = sorted({type(p.rule).__name__ for p in fibres.values()})
    areas = ", ".join(dict.fromkeys(p.area for p in cells.values()))
    scale = scale_of(circuit)
    size = f"{sum(p.count for p in cells.values())} cells in {len(cells)} populations"
    plastic = [n for n, p in fibres.items() if p.plastic]
    rows: list[tuple[Cell, ...]] = [
        ("Populations", size + (f", {scale:g} of the tissue" if scale else "")),
        ("Topology", f"laminae and nuclei of {areas}; cells laid out over orientation and visual field"),
        ("Connectivity", f"{len(fibres)} projections; rules: {', '.join(rules)}"),
        ("Neuron model", "adaptive exponential integrate-and-fire with a T-current, one compartment"),
        ("Synapse model", "conductances that jump and decay; Tsodyks-Markram short-term plasticity"),
        ("Plasticity", f"{learning_of(circuit).rule} rule on {', '.join(plastic)}" if plastic else "none"),
        ("Input", "given spikes of spike sources; Ornstein-Uhlenbeck background current"),
        ("Measurements", "spikes of all cells"),
        ("Integration", f"Euler, steps of {eq.DT_MS:g} ms; noise and magnesium block every {eq.SLOW_DT_MS:g} ms"),
    ]  # fmt: skip
    return Table("Model summary", ("what", "how"), tuple(rows))


def _populations(circuit: Circuit) -> Table:
    def row(p: Population) -> tuple[Cell, ...]:
        depth = f"{p.depth_top_um:g}-{p.depth_bottom_um:g}" if p.depth_bottom_um > 0 else ""
        tissue = f"{p.tissue_cells:.0f}" if p.tissue_cells else ""
        kind = "spike source" if p.spike_source else p.cell.name
        held = f"{p.silenced_fraction:g}" if p.silenced_fraction else ""
        return (p.name, kind, p.transmitter, f"{p.count}", tissue, depth, p.map, held,
                citations(p.sources.values()))  # fmt: skip

    heads = ("population", "cell type", "transmitter", "cells", "cells in tissue", "depth (um)",
             "laid out over", "silenced", "sources")  # fmt: skip
    return Table("Populations", heads, tuple(row(p) for p in populations(circuit).values()))


def rule_text(rule: Rule) -> str:
    """Write a wiring rule with its numbers: "Topographic, orientation 30 deg"."""
    parts = [
        f"{f.name.removesuffix('_deg').replace('_', ' ')} {getattr(rule, f.name):g}"
        + (" deg" if f.name.endswith("_deg") else "")
        for f in fields(rule)
        if getattr(rule, f.name)
    ]
    return ", ".join([type(rule).__name__, *parts])


def _projections(circuit: Circuit) -> Table:
    def row(p: Projection) -> tuple[Cell, ...]:
        stp = f"{p.stp.U:g}, {p.stp.D_ms:g}, {p.stp.F_ms:g}" if p.stp else ""
        strength = ", ".join(f"{receptor} {ns:.3g}" for receptor, ns in p.receptors.items())
        cut = f", {p.cut_fraction:g} of it cut" if p.cut_fraction else ""
        return (
            p.name, p.role + (", plastic" if p.plastic else ""), rule_text(p.rule), f"{p.fibres:.3g}",
            f"{p.modelled}", p.pooling, strength, f"{p.gain:g}{cut}", f"{p.weight_cv:g}",
            f"{p.delay_ms:g} ({p.delay_cv:g})", stp, citations(p.sources.values()),
        )  # fmt: skip

    heads = (
        "projection", "role", "rule", "fibres", "modelled", "pooling", "conductance of a fibre (nS)",
        "gain", "CV of weights", "delay (ms) (CV)", "U, D (ms), F (ms)", "sources",
    )  # fmt: skip
    return Table("Connectivity", heads, tuple(row(p) for p in projections(circuit).values()))


def _equations() -> Table:
    rows: list[tuple[Cell, ...]] = [
        ("membrane", Formula(_MEMBRANE)),
        ("adaptation", Formula(r"\tau_w\dot w = a(v-E_L) - w")),
        ("T-current", Formula(r"\dot h = (1-h)/\tau_h^+\ (v\le V_{hT}),\ \dot h = -h/\tau_h^-\ (v>V_{hT})")),
        ("spike", Formula(r"v>V_\mathrm{cut}:\ v\to V_r,\ w\to w+b;\ v\ \mathrm{held\ for}\ t_\mathrm{ref}")),
        ("synaptic current", Formula(_SYNAPTIC)),
        ("release at a spike", Formula(r"g_r \to g_r + \bar g_r\,u x;\ x\to x(1-u),\ u\to u+U(1-u)")),
        ("recovery between spikes", Formula(r"\dot x = (1-x)/D,\ \dot u = (U-u)/F")),
        ("background", Formula(r"\dot I = (\mu-I)/\tau + \sigma\sqrt{2/\tau}\,\xi")),
        ("time constant of the background", f"{eq.NOISE_TAU_MS:g} ms"),
    ]  # fmt: skip
    return Table("Neuron and synapse models", ("what", "equation"), tuple(rows))


def _cell_types(circuit: Circuit) -> Table:
    """List the parameters of every cell type; populations whose cells are equal share a row."""
    found: list[tuple[CellType, list[str]]] = []
    for p in populations(circuit).values():
        if p.spike_source:
            continue
        owners = next((names for cell, names in found if cell == p.cell), None)
        if owners is None:
            found.append((p.cell, [p.name]))
        else:
            owners.append(p.name)
    numbers = [f.name for f in fields(CellType) if f.name not in ("name", "sources")]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            cell.name,
            ", ".join(names),
            *(f"{getattr(cell, n):g}" for n in numbers),
            citations(cell.sources.values()),
        )
        for cell, names in found
    )
    return Table("Cell types", ("cell type", "of", *map(_with_unit, numbers), "sources"), rows)


_UNITS: Mapping[str, str] = {"pf": "pF", "ns": "nS", "mv": "mV", "pa": "pA", "ms": "ms"}


def _with_unit(name: str) -> str:
    """Write "tau_w_ms" as "tau_w (ms)"."""
    stem, _, suffix = name.rpartition("_")
    return f"{stem} ({_UNITS[suffix]})" if suffix in _UNITS else name


def _receptors() -> Table:
    rows = tuple(
        (
            name,
            f"{r.tau_ms:g}" + (" (of the cell type)" if name == "NMDA" else ""),
            f"{r.reversal_mv:g}",
            citations([r.source]),
        )
        for name, r in eq.RECEPTORS.items()
    )
    return Table("Receptors", ("receptor", "decay (ms)", "reversal (mV)", "sources"), rows)


def _input(circuit: Circuit) -> Table:
    rows = tuple(
        (p.name, "given spikes")
        if p.spike_source
        else (
            p.name,
            f"{p.background_pa:g} +- {p.noise_pa:g} pA in time, +- {p.spread_pa:g} pA between cells"
            + "".join(f"; {pa:g} pA into {share:g} of the cells" for pa, share in p.currents),
        )
        for p in populations(circuit).values()
    )
    return Table("Input", ("population", "background"), rows)


def _plasticity(circuit: Circuit) -> Table:
    learning = learning_of(circuit)
    rows: list[tuple[Cell, ...]] = [
        (
            f.name,
            f"{getattr(learning, f.name)}",
            citations(filter(None, [learning.sources.get(f.name, "")])),
        )
        for f in fields(learning)
        if f.name != "sources" and getattr(learning, f.name) != ""
    ]
    return Table("Plasticity", ("parameter", "value", "sources"), tuple(rows))
