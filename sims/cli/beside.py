"""`ctloop show RUN --beside FILE`: rates and spectra of a run and of a recording in one table."""

from __future__ import annotations

import numpy as np

from circuits.analysis.spectra import peak, spectrum
from circuits.runs.run import RunData
from sims.report.tables import table


def side_by_side(run: RunData, recording: RunData) -> str:
    """Lay out the populations of both: cells, mean rate, silent cells, and the peak of the rate's spectrum."""
    both = {"run": run, "recording": recording}
    rows = [(where, *_row(data, name)) for where, data in both.items() for name in data.spikes]
    notes = [
        f"{where}: {data.duration_ms / 1e3:.3g} s, "
        + ("no field potential over depth" if data.lfp is None else f"{len(data.lfp.depth_um)} depths")
        for where, data in both.items()
    ]  # fmt: skip
    heads = ["in", "population", ">cells", ">rate Hz", ">silent %", ">peak Hz", ">peak dB"]
    return table("; ".join(notes), heads, rows)


def _row(run: RunData, name: str) -> tuple[str, ...]:
    spikes, count = run.spikes[name], run.populations[name].count
    inside = spikes.times_ms >= run.discard_ms
    seconds = (run.duration_ms - run.discard_ms) / 1e3
    silent = 1 - np.unique(spikes.cells[inside]).size / count
    rate = np.asarray(run.rates_hz.get(name, np.empty(0)), float)[int(run.discard_ms) :]
    top = peak(*spectrum(rate))
    shown = (f"{top.frequency_hz:.2f}", f"{top.prominence_db:.1f}") if top else ("-", "-")
    hz = np.count_nonzero(inside) / count / seconds if seconds > 0 else 0.0
    return name, f"{count}", f"{hz:.2f}", f"{100 * silent:.0f}", *shown
