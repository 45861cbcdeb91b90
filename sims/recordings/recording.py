"""A recording as run data: its units by population, and its field potential over depth at 1 kHz."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits.analysis.lfp import standard_csd
from circuits.analysis.spectra import population_rate_hz
from circuits.errors import CtloopError
from circuits.runs.run import Cells, Lfp, RunData
from sims.recordings.files import Kind, read_file
from sims.recordings.spikes import UNITS, spikes_of_nwb

Floats = NDArray[np.float64]
#: Columns of an electrode table in which the depth may stand, and what makes it um.
DEPTHS = {"depth_um": 1.0, "rel_y": 1.0, "y": 1.0}
#: What is said of the field potential of a recording.
RECORDED = "recorded"


def read_recording(path: str | Path) -> RunData:
    """Read what a recording has that a run has too.

    Parameters
    ----------
    path : str or Path
        An NWB file with units, or an electrical series over depth, or both.

    Returns
    -------
    RunData
        Populations are the values of the column `population` of its units, or one, "units"; time begins where the
        recording does. The field potential is that of the first series in `processing/ecephys/LFP`, or else
        in `acquisition`; channels of one depth are averaged. None if no depths are given.

    Raises
    ------
    CtloopError
        If it is no NWB file, or has neither.
    """
    run = read_file(path, _recording, "NWB")
    if not run.spikes and run.lfp is None:
        msg = f"{path} holds neither units nor an electrical series with depths"
        raise CtloopError(msg)
    return run


def _recording(file: Any, kind: Kind) -> RunData:
    spikes, counts = spikes_of_nwb(file), _counts(file)
    lfp = _field(file)
    ends = [float(s.times_ms.max()) for s in spikes.values() if s.times_ms.size]
    if "units" in file and "obs_intervals" in file["units"]:
        ends.append(float(file["units/obs_intervals"][:].max()) * 1e3)
    if lfp is not None:
        ends.append(float(lfp.potential_uv.shape[1]))
    duration_ms = float(np.ceil(max(ends, default=0.0)))
    return RunData(
        meta={"experiment": {"name": "recording"}, "duration_ms": duration_ms},
        populations={n: Cells(count=counts[n], area="") for n in spikes},
        spikes=spikes,
        rates_hz={n: population_rate_hz(s, counts[n], 0.0, duration_ms) for n, s in spikes.items()},
        lfp=lfp,
    )


def _counts(file: Any) -> dict[str, int]:
    if "units" not in file or "spike_times_index" not in file["units"]:
        return {}
    units = file["units"]
    total = len(units["spike_times_index"])
    if "population" not in units:
        return {UNITS: total}
    names, counts = np.unique(units["population"].asstr()[:].astype(str), return_counts=True)
    return dict(zip(names.tolist(), counts.tolist(), strict=True))


def _series(file: Any) -> Iterator[Any]:
    """Find electrical series: processed ones first."""
    for place in ("processing/ecephys/LFP", "processing/ecephys", "acquisition"):
        for group in file[place].values() if place in file else ():
            if group.attrs.get("neurodata_type") == "ElectricalSeries" and "electrodes" in group:
                yield group


def _field(file: Any) -> Lfp | None:
    table = file.get("general/extracellular_ephys/electrodes")
    series = next(_series(file), None)
    column = next((c for c in DEPTHS if table is not None and c in table), None)
    if series is None or table is None or column is None:
        return None
    depth_um = table[column][:].astype(np.float64)[series["electrodes"][:]] * DEPTHS[column]
    data = series["data"]
    factor = float(data.attrs.get("conversion", 1.0)) * 1e6
    potential = data[:].astype(np.float64).reshape(data.shape[0], -1).T * factor
    depths, even = _even(depth_um, _at_1_khz(potential, series))
    if depths.size < 3:
        return None
    csd = standard_csd(even, float(depths[1] - depths[0]))
    return Lfp(depths, even, csd, area="recording", proxy=RECORDED)


def _at_1_khz(potential_uv: Floats, series: Any) -> Floats:
    """Resample to a value each ms."""
    from scipy.signal import resample_poly

    if "starting_time" in series:
        rate_hz = float(series["starting_time"].attrs["rate"])
    else:
        rate_hz = 1.0 / float(np.median(np.diff(series["timestamps"][:])))
    ratio = Fraction(1000.0 / rate_hz).limit_denominator(1000)
    if ratio == 1:
        return potential_uv
    return np.asarray(resample_poly(potential_uv, ratio.numerator, ratio.denominator, axis=1))


def _even(depth_um: Floats, potential_uv: Floats) -> tuple[Floats, Floats]:
    """Order channels by depth, average those of one depth, and space them evenly."""
    if not np.isfinite(depth_um).all():
        return np.empty(0), potential_uv
    depths, which = np.unique(depth_um, return_inverse=True)
    mean = np.stack([potential_uv[which == k].mean(axis=0) for k in range(depths.size)])
    if depths.size < 3 or np.allclose(np.diff(depths), depths[1] - depths[0]):
        return depths, mean
    even = np.linspace(depths[0], depths[-1], depths.size)
    return even, np.stack([np.interp(even, depths, column) for column in mean.T], axis=1)
