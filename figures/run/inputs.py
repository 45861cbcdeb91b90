"""Which input carried the relay cells: conductance over time, and charge onto one cell."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from circuits.runs.run import RunData
from figures.run import cycle as folding
from figures.run.rates import RELAY, shade_cycle
from figures.style import palette
from figures.style.canvas import Missing, canvas, shade_parts

L6, L5 = f"V2.L6CT -> {RELAY}", f"V1.L5IB -> {RELAY}"
_INPUTS = ((L6, palette.PREDICTION, "V2 L6CT"), (L5, palette.OUTCOME, "V1 L5IB"))


def conductance(
    run: RunData, ax: Axes | None = None, *, from_ms: float | None = None, span_ms: float = 1200.0
) -> Axes:
    """Show the L6 and the L5IB conductance on the pulvinar relay cells against time.

    AMPA plus NMDA after its magnesium block, nS per relay cell; the filled part is AMPA alone.

    Raises
    ------
    Missing
        If neither conductance was recorded.
    """
    present = [entry for entry in _INPUTS if entry[0] in run.conductance_ns]
    if not present:
        msg = "no conductance on relay cells was recorded"
        raise Missing(msg)
    start = min(run.discard_ms, max(run.duration_ms - span_ms, 0)) if from_ms is None else from_ms
    end = min(start + span_ms, run.duration_ms)
    window, cells, unit = slice(int(start), int(end)), *per_cell(run)
    with canvas(ax, 6.5, 2.6) as ax:
        shade_parts(ax, run.cycles, start, end)
        for name, ink, who in present:
            trace = folding.total_ns(run, name)[window] / cells
            time_s = (np.arange(len(trace)) + int(start) + 0.5) / 1e3
            ax.plot(time_s, trace, color=ink, lw=1.1, label=f"{who}\nAMPA + NMDA")
            if "AMPA" in run.conductance_ns[name]:
                alone = np.asarray(run.conductance_ns[name]["AMPA"], float)[window] / cells
                ax.fill_between(time_s, 0, alone, color=ink, alpha=0.35, lw=0, label="AMPA alone")
        ax.set_xlim(start / 1e3, end / 1e3)
        ax.set_ylim(0)
        ax.set_xlabel("time (s)")
        ax.set_ylabel(f"conductance ({unit})")
        ax.set_title("Input to pulvinar relay cells", pad=5)
        ax.legend(loc="upper left", bbox_to_anchor=(1, 1), labelspacing=0.8)
    return ax


def folded_conductance(run: RunData, ax: Axes | None = None) -> Axes:
    """Show the L6 and the L5IB conductance on the relay cells over the mean theta cycle.

    The bands hold the middle half of the cycles.

    Raises
    ------
    Missing
        If the run has no cycle, or neither conductance was recorded.
    """
    where, (cells, unit) = folding.grid(run), per_cell(run)
    if not any(name in run.conductance_ns for name, *_ in _INPUTS):
        msg = "no conductance on relay cells was recorded"
        raise Missing(msg)
    with canvas(ax, 4.5, 2.6) as ax:
        shade_cycle(ax, where, named=False)
        for name, ink, who in _INPUTS:
            if name in run.conductance_ns:
                cycles = folding.fold(folding.total_ns(run, name), where) / cells
                low, high = np.quantile(cycles, [0.25, 0.75], axis=0)
                x, mean = where.line(cycles.mean(axis=0))
                ax.fill_between(
                    x, where.line(low)[1], where.line(high)[1], color=ink, alpha=0.25, lw=0
                )
                ax.plot(x, mean, color=ink, lw=2.2, label=f"from {who}")
        ax.set_xlim(0, where.cycle_ms)
        ax.set_ylim(0)
        ax.set_xlabel("time since the end of the last L5IB burst (ms)")
        ax.set_ylabel(f"excitation of\nrelay cells ({unit})")
        ax.legend(loc="upper left", bbox_to_anchor=(0, 1.0), ncols=2, borderpad=0.2)
        ax.set_ylim(0, 1.25 * ax.get_ylim()[1])
    return ax


def charge(run: RunData, ax: Axes | None = None) -> Axes:
    """Show what drove one relay cell: mean charge per cycle by pathway, in each part.

    Raises
    ------
    Missing
        If no charge table was kept.
    """
    table = run.charge
    if table is None or len(table.charge_pc) == 0:
        msg = "no relay cell was chosen for a charge table"
        raise Missing(msg)
    rows = zip(table.pathway, table.part, table.charge_pc, strict=True)
    values = {(pathway, str(part)): float(c) for pathway, part, c in rows}
    names = {pathway for pathway, _ in values}
    pathways = sorted(names, key=lambda p: sum(v for (q, _), v in values.items() if q == p))
    parts = (("prediction", 0.19, palette.PREDICTION), ("outcome", -0.19, palette.OUTCOME))
    with canvas(ax, 5.2, 0.9 + 0.42 * len(pathways)) as ax:
        for part, lift, ink in parts:
            bars = [values.get((p, part), 0.0) for p in pathways]
            y = np.arange(len(pathways)) + lift
            ax.barh(y, bars, 0.36, color=ink, label=f"{part} part")
            for value, place in zip(bars, y, strict=True):
                ax.annotate(
                    _short(value), (value, place), (3 if value >= 0 else -3, 0), fontsize=6.5,
                    textcoords="offset points", va="center", ha="left" if value >= 0 else "right",
                )  # fmt: skip
        ax.axvline(0, color=palette.INK, lw=0.7)
        ax.set_yticks(range(len(pathways)), [_source(p) for p in pathways])
        for tick, pathway in zip(ax.get_yticklabels(), pathways, strict=True):
            tick.set_color(palette.colour(pathway.partition(" -> ")[0]))
        ax.tick_params(axis="y", length=0)
        ax.spines["left"].set_visible(False)
        ax.margins(x=0.12)
        ax.set_xlabel("mean charge per theta cycle (pC; excitation positive)")
        ax.set_title(
            f"What drove {palette.label(table.population)} cell {table.cell}{_tuning(run)}"
        )
        ax.legend(loc="lower right")
    return ax


def per_cell(run: RunData) -> tuple[int, str]:
    """Give the number to divide summed conductances by, and the unit that results."""
    relay = run.populations.get(RELAY)
    return (relay.count, "nS per cell") if relay else (1, "nS, all cells")


def _short(value: float) -> str:
    """Write a bar's value with two digits, and nothing much as 0."""
    return "0" if abs(value) < 0.005 else f"{value:.2g}"


def _source(pathway: str) -> str:
    source, _, target = pathway.partition(" -> ")
    key = target.partition(" #")[2]
    return (palette.label(source) if "." in source else source) + (f" ({key})" if key else "")


def _tuning(run: RunData) -> str:
    table = run.charge
    if table is None or table.population not in run.orientation_deg:
        return ""
    return f" (prefers {run.orientation_deg[table.population][table.cell]:.0f}°)"
