"""A run as an NWB file (Neurodata Without Borders 2): every cell a unit, silent ones included.

Times are in seconds from the start of the simulation, as NWB has them. The field potential is a proxy for
point cells, and says so in its description.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from warnings import catch_warnings, filterwarnings

import numpy as np

from circuits.equations import DT_MS
from circuits.errors import CtloopError
from circuits.files import unwritable
from circuits.runs.place import META
from circuits.runs.plain import plain
from circuits.runs.run import Cells, Cycles, Lfp, RunData
from circuits.runs.store import ARRAYS
from circuits.runs.whole_file import write_whole
from sims.export.shown import frame_onsets, movie_of
from sims.export.source import Source, needed

#: What stands for people and places where the user names none: a simulation has neither.
EXPERIMENTER, INSTITUTION = "ctloop, simulation", "none (simulated)"
_PARTS: tuple[Literal["prediction", "outcome"], ...] = ("prediction", "outcome")


def write_nwb(source: Source, out: Path, options: Mapping[str, Any]) -> list[str]:
    """Write a run as one NWB file.

    Parameters
    ----------
    source : Source
        A run.
    out : Path
        FILE.nwb.
    options : mapping
        "experimenter" ("Last, First") and "institution".

    Returns
    -------
    list of str
        What is in it, and what could not be.

    Raises
    ------
    CtloopError
        If pynwb is not installed, or the file cannot be written.
    """
    run = source.needed_run()
    needed("pynwb", "pynwb", "export --to nwb")
    if out.suffix != ".nwb":
        msg = f"{out}: an NWB file is known by its ending; write {out.with_suffix('.nwb')}"
        raise CtloopError(msg)
    with catch_warnings():
        # A series is put into the file after it is made; until then hdmf misses its table of electrodes.
        filterwarnings("ignore", message="The linked table for DynamicTableRegion")
        file, notes = nwb_of(source, run, options)
    try:
        write_whole(out, _image(file))
    except OSError as error:
        raise unwritable(out, error) from error
    return notes


def _image(file: Any) -> bytes:
    """Give the bytes of the file; made in memory, because HDF5 does not survive a full disk."""
    import h5py
    from pynwb import NWBHDF5IO

    with (
        h5py.File("run.nwb", "w", driver="core", backing_store=False) as memory,
        NWBHDF5IO(file=memory, mode="w") as writer,
    ):
        writer.write(file)
        memory.flush()
        return bytes(memory.id.get_file_image())


def nwb_of(source: Source, run: RunData, options: Mapping[str, Any]) -> tuple[Any, list[str]]:
    """Lay a run out as a pynwb.NWBFile; give it and what is in it, line by line."""
    file = _frame(source, run, options)
    notes = [_units(file, run)]
    notes += [_field(file, run.lfp)] if run.lfp is not None else ["no field potential in this run"]
    notes += [_cycles(file, run.cycles)] if run.cycles is not None else ["no cycles in this run"]
    notes.append(_stimulus(file, source, run))
    spec = source.meta.get("spec")
    if spec is not None:
        file.add_scratch(
            json.dumps(spec), name="circuit_spec", description="the circuit, as ctloop reads it"
        )
    return file, notes


def _frame(source: Source, run: RunData, options: Mapping[str, Any]) -> Any:
    """Make the file with what describes it."""
    from pynwb import NWBFile
    from pynwb.file import Subject

    meta = {k: v for k, v in source.meta.items() if k != "spec"}
    content = (source.path / ARRAYS).read_bytes() + (source.path / META).read_bytes()
    finished = datetime.fromtimestamp((source.path / META).stat().st_mtime, UTC)
    versions = meta.get("versions") or {}
    return NWBFile(
        session_description=f"Simulation: {source.title}; the first {run.discard_ms:g} ms are "
        "not measured",
        identifier=hashlib.sha256(content).hexdigest()[:32],
        session_start_time=finished,
        session_id=f"seed-{source.seed}",
        experimenter=[options.get("experimenter") or EXPERIMENTER],
        institution=options.get("institution") or INSTITUTION,
        keywords=["simulation", "spiking neural network", "thalamus", "cortex"],
        experiment_description="A spiking simulation of a laminar corticothalamic circuit. "
        "Nothing was recorded from an animal.",
        source_script=" ".join(map(str, meta.get("command") or ["ctloop"])),
        source_script_file_name="ctloop",
        notes=json.dumps(plain(meta)),
        data_collection=f"simulated in steps of {DT_MS:g} ms; versions: {json.dumps(versions)}",
        stimulus_notes=json.dumps(plain(meta.get("stimulus") or {})),
        subject=Subject(
            subject_id=f"simulation-seed-{source.seed}",
            species="Macaca mulatta",
            sex="U",
            age="P0D",
            description="simulated; no animal. The species is the one whose anatomy the circuit "
            "mostly follows; age and sex do not apply",
        ),
    )  # fmt: skip


def _units(file: Any, run: RunData) -> str:
    """Add every cell of every population as a unit, in the order of populations and local indices."""
    from hdmf.common import VectorData, VectorIndex
    from pynwb.misc import Units

    names = [n for n in run.populations if n in run.spikes]
    trains = [t for n in names for t in _trains(run, n)]
    ends = np.cumsum([len(t) for t in trains])
    cells = [run.populations[n] for n in names]
    counts = [c.count for c in cells]
    times = VectorData(name="spike_times", description="s from the start of the simulation",
                       data=np.concatenate([*trains, np.empty(0)]))  # fmt: skip
    span = np.tile([[0.0, run.duration_ms * 1e-3]], (len(trains), 1))
    observed = VectorData(name="obs_intervals", description="simulated, s", data=span)
    whole = np.arange(1, len(trains) + 1)
    file.units = Units(
        name="units",
        description="all simulated cells, silent ones and spike sources included",
        id=np.arange(len(trains)),
        resolution=DT_MS * 1e-3,
        columns=[
            times,
            VectorIndex(name="spike_times_index", target=times, data=ends),
            observed,
            VectorIndex(name="obs_intervals_index", target=observed, data=whole),
            *(
                VectorData(name=name, description=about, data=np.repeat(values, counts))
                for name, about, values in _by_population(names, cells)
            ),
            VectorData(name="node_id", description="index of the cell in its population",
                       data=np.concatenate([np.arange(n) for n in counts])),
            *_orientation(run, names),
        ],
    )  # fmt: skip
    silent = sum(len(t) == 0 for t in trains)
    return f"{len(trains)} units of {len(names)} populations ({silent} silent), {ends[-1]} spikes"


def _by_population(names: list[str], cells: list[Cells]) -> list[tuple[str, str, list[Any]]]:
    """List what all cells of a population share: column, meaning, and its value by population."""
    return [
        ("population", "which population the cell belongs to", names),
        ("area", "V1, V2, thalamic nucleus or retina", [c.area for c in cells]),
        ("lamina", "cortical lamina; none outside cortex", [c.lamina or "none" for c in cells]),
        ("transmitter", "exc or inh", [c.transmitter for c in cells]),
        ("depth_top_um", "upper border of the population below the pia, um; 0 outside cortex",
         [c.depth_top_um for c in cells]),
        ("depth_bottom_um", "lower border of the population below the pia, um; 0 outside cortex",
         [c.depth_bottom_um for c in cells]),
    ]  # fmt: skip


def _trains(run: RunData, name: str) -> list[np.ndarray[Any, np.dtype[np.float64]]]:
    """Give the spike times of each cell of a population, s, rising."""
    spikes, count = run.spikes[name], run.populations[name].count
    order = np.lexsort((spikes.times_ms, spikes.cells))
    bounds = np.searchsorted(spikes.cells[order], np.arange(1, count))
    return np.split(spikes.times_ms[order] * 1e-3, bounds)


def _orientation(run: RunData, names: list[str]) -> list[Any]:
    """Give the column of preferred orientations, if any population has one."""
    from hdmf.common import VectorData

    if not set(names) & set(run.orientation_deg):
        return []
    unknown = {n: np.full(run.populations[n].count, np.nan) for n in names}
    values = [np.asarray(run.orientation_deg.get(n, unknown[n]), np.float64) for n in names]
    about = "preferred orientation, deg; NaN for cells that have none"
    return [VectorData(name="orientation_deg", description=about, data=np.concatenate(values))]


def _field(file: Any, lfp: Lfp) -> str:
    """Add the field potential and its current source density on a column of electrodes."""
    from pynwb import TimeSeries
    from pynwb.ecephys import LFP, ElectricalSeries

    device = file.create_device(name="simulated_column", description="contacts on the axis of a "
                                "disc of tissue, computed after the simulation")  # fmt: skip
    group = file.create_electrode_group(
        name="column", description=lfp.proxy, location=lfp.area, device=device
    )
    file.add_electrode_column(name="depth_um", description="below the pia, um")
    for depth in lfp.depth_um:
        file.add_electrode(
            group=group, location=lfp.area, rel_x=0.0, rel_y=float(depth), rel_z=0.0, depth_um=float(depth)
        )  # fmt: skip
    region = file.create_electrode_table_region(
        region=list(range(len(lfp.depth_um))), description="all contacts, by depth"
    )
    potential = ElectricalSeries(
        name="lfp", description=lfp.proxy, data=np.ascontiguousarray(lfp.potential_uv.T),
        electrodes=region, rate=1000.0, starting_time=0.0, conversion=1e-6,
    )  # fmt: skip
    density = TimeSeries(
        name="csd", description="current source density at the contacts, by depth; sinks are "
        "negative", data=np.ascontiguousarray(lfp.csd_ua_mm3.T), unit="A/m^3", rate=1000.0,
        starting_time=0.0, conversion=1e3,
    )  # fmt: skip
    about = "computed from synaptic currents, not recorded"
    module = file.create_processing_module(name="ecephys", description=about)
    module.add(LFP(electrical_series=potential))
    module.add(density)
    return f"field potential and current source density of {lfp.area} at {len(lfp.depth_um)} depths"


def _cycles(file: Any, cycles: Cycles) -> str:
    """Add the two parts of every theta cycle as intervals."""
    from pynwb.epoch import TimeIntervals

    if not len(cycles):
        return "no whole cycle"
    table = TimeIntervals(
        name="theta_cycles",
        description="parts of each cycle between population bursts of the bursters: silent "
        "(prediction) and bursting (outcome); measured from spikes, not imposed",
    )
    table.add_column(name="part", description="prediction or outcome")
    table.add_column(name="cycle", description="number of the cycle, from 1")
    parts = np.stack([cycles.parts(part) for part in _PARTS], axis=1) * 1e-3
    for number, both in enumerate(parts, 1):
        for part, (start, stop) in zip(_PARTS, both, strict=True):
            table.add_row(start_time=start, stop_time=stop, part=part, cycle=number)
    file.add_time_intervals(table)
    return f"{len(cycles)} theta cycles"


def _stimulus(file: Any, source: Source, run: RunData) -> str:
    """Add the frames that were shown and when; without them the description alone."""
    from pynwb.base import ImageReferences, Images
    from pynwb.image import GrayscaleImage, IndexSeries

    movie = movie_of(source.meta)
    if movie is None:
        return "no pictures of the stimulus (none was stored); its description is in stimulus_notes"
    onsets_ms, frames = frame_onsets(movie, run.duration_ms)
    shown = np.unique(frames)
    pixels = movie.frames.shape[-1] / movie.width_deg
    pictures = [
        GrayscaleImage(
            name=f"frame_{k:04d}", data=np.rint(movie.frames[k] * 255).astype(np.uint8).T,
            description=f"luminance, 0 to 255; x, y; {movie.width_deg:g} deg wide, "
            f"{pixels:g} pixels a degree",
        )
        for k in shown
    ]  # fmt: skip
    images = Images(
        name="frames", images=pictures, description="the distinct frames of the stimulus",
        order_of_images=ImageReferences(name="order_of_images", data=pictures),
    )  # fmt: skip
    file.add_stimulus_template(images)
    series = IndexSeries(
        name="shown", description="when each frame came on; the last one stays to the end",
        data=np.searchsorted(shown, frames).astype(np.uint32), timestamps=onsets_ms * 1e-3, unit="N/A",
        indexed_images=images,
    )  # fmt: skip
    file.add_stimulus(series)
    return f"stimulus: {len(pictures)} pictures, shown {len(frames)} times"
