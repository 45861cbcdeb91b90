"""Power of the population rate of each lamina in the theta, alpha and gamma bands."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from circuits.analysis.spectra import BAND_WINDOW_MS, band_power, population_counts
from circuits.records import Population, Spikes
from circuits.runs.run import Metric
from sims.measures.metric import no_value

#: From, up to (not included), Hz. Theta holds the 5 Hz of the loop; gamma as in Spaak et al. 2012.
BANDS = {"theta": (3.0, 8.0), "alpha": (8.0, 13.0), "gamma": (30.0, 80.0)}


def laminae(populations: Mapping[str, Population]) -> dict[str, list[str]]:
    """Group the populations that are simulated by lamina: "V1.L5", "V2.L4", and whole nuclei ("LGN").

    Returns
    -------
    dict of group to list of population names
    """
    groups: dict[str, list[str]] = {}
    for name, p in populations.items():
        if not p.spike_source:
            lamina = p.lamina.replace("/", "")  # "L2/3" as in "V1.L23E"
            groups.setdefault(f"{p.area}.{lamina}" if lamina else p.area, []).append(name)
    return groups


def band_powers(
    spikes: Mapping[str, Spikes],
    populations: Mapping[str, Population],
    start_ms: float,
    stop_ms: float,
) -> dict[str, Metric]:
    """Give `power_<band>_<lamina>_db` for every lamina and nucleus.

    Power of the mean rate of all its cells, excitatory and inhibitory, as a multi-unit electrode
    would count them, in dB of 1 (spikes/s per cell)^2. Independent cells have power too: about
    2 x rate x width of the band / number of cells.

    Parameters
    ----------
    spikes : mapping of population to Spikes
    populations : mapping of name to Population
    start_ms, stop_ms : float
        Spikes between these times count.

    Returns
    -------
    dict
        None with a reason where the run is too short or the lamina is silent.
    """
    found: dict[str, Metric] = {}
    for group, names in laminae(populations).items():
        cells = sum(populations[n].count for n in names)
        counts = [population_counts(spikes[n], start_ms, stop_ms) for n in names if n in spikes]
        rate = np.sum(counts, axis=0) * (1000.0 / cells) if counts and cells else np.zeros(0)
        for band, (low, high) in BANDS.items():
            key = f"power_{band}_{group}_db"
            power = band_power(rate, low, high)
            if power is not None and power > 0:
                found[key] = float(10 * np.log10(power))
                continue
            short = f"the run is shorter than one window of {BAND_WINDOW_MS / 1000:g} s"
            why = short if power is None else f"{group} is silent"
            found |= no_value(key, why)
    return found
