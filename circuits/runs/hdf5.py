"""The HDF5 layout of a run: SONATA spikes, and rates, traces and cycles beside them."""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from circuits.records import Spikes
from circuits.runs.run import Cells, Charge, Cycles, Floats, Lfp, Part, RunData, Voltages

#: What the root of a SONATA file holds: the format's number and its version.
_MAGIC, _VERSION = 0x0A7A, (0, 1)
_SORTING = {"none": 0, "by_id": 1, "by_time": 2}


def encode(run: RunData) -> bytes:
    """Lay a run out as the bytes of one HDF5 file.

    Built in memory and written in one go by the caller, because HDF5 does not survive a disk
    that fills up under it. The same run gives the same bytes.
    """
    import h5py

    with h5py.File("run.h5", "w", driver="core", backing_store=False) as file:
        file.attrs.create("magic", _MAGIC, dtype=np.uint32)
        file.attrs.create("version", _VERSION, dtype=np.uint32)
        _encode_spikes(file, run.spikes)
        for name, cells in run.populations.items():
            _encode_cells(file, name, cells, run.orientation_deg.get(name))
        for name, rate in run.rates_hz.items():
            _put(file, f"rates/{name}", np.asarray(rate, np.float32)).attrs["bin_ms"] = 1.0
        for name, voltages in run.voltages.items():
            _put(file, f"traces/{name}/v_mv", np.asarray(voltages.v_mv, np.float32))
            _put(file, f"traces/{name}/cells", np.asarray(voltages.cells, np.int64))
        for projection, receptors in run.conductance_ns.items():
            for receptor, trace in receptors.items():
                data = np.asarray(trace, np.float32)
                _put(file, f"conductance/{projection}/{receptor}", data).attrs["units"] = "nS"
        _encode_charge(file, run.charge)
        if run.cycles is not None:
            _put(file, "cycles/burst_on_ms", np.asarray(run.cycles.burst_on_ms, np.float64))
            _put(file, "cycles/burst_off_ms", np.asarray(run.cycles.burst_off_ms, np.float64))
        _encode_lfp(file, run.lfp)
        file.flush()
        return bytes(file.id.get_file_image())


def decode(file: Any) -> dict[str, Any]:  # an open h5py.File, which has no types
    """Read the fields of a `RunData` (all but `meta` and `metrics`) from an open HDF5 file."""
    return {
        "spikes": {
            name: Spikes(group["timestamps"][:], group["node_ids"][:].astype(np.int64))
            for name, group in _group(file, "spikes")
        },
        "populations": {
            name: Cells(**_attrs(group)) for name, group in _group(file, "populations")
        },
        "orientation_deg": {
            name: group["orientation_deg"][:]
            for name, group in _group(file, "populations")
            if "orientation_deg" in group
        },
        "rates_hz": {name: data[:] for name, data in _group(file, "rates")},
        "voltages": {
            name: Voltages(group["v_mv"][:], group["cells"][:])
            for name, group in _group(file, "traces")
        },
        "conductance_ns": {
            name: {receptor: data[:] for receptor, data in group.items()}
            for name, group in _group(file, "conductance")
        },
        "charge": _decode_charge(file),
        "cycles": Cycles(file["cycles/burst_on_ms"][:], file["cycles/burst_off_ms"][:])
        if "cycles" in file
        else None,
        "lfp": _decode_lfp(file),
    }


def _encode_spikes(file: Any, spikes: dict[str, Spikes]) -> None:
    import h5py

    sorting = h5py.enum_dtype(_SORTING, basetype="u1")
    for name, train in spikes.items():
        order = np.argsort(train.times_ms, kind="stable")
        # Not packed: the HDF5 inside libsonata's wheels has no deflate filter.
        group = file.create_group(f"spikes/{name}")
        times = group.create_dataset(
            "timestamps", data=np.asarray(train.times_ms, np.float64)[order]
        )
        times.attrs["units"] = "ms"
        group.create_dataset("node_ids", data=np.asarray(train.cells, np.uint64)[order])
        group.attrs.create("sorting", _SORTING["by_time"], dtype=sorting)


def _encode_cells(file: Any, name: str, cells: Cells, orientation_deg: Floats | None) -> None:
    group = file.create_group(f"populations/{name}")
    for key in Cells.__dataclass_fields__:
        group.attrs["n" if key == "count" else key] = getattr(cells, key)
    if orientation_deg is not None:
        _put(group, "orientation_deg", np.asarray(orientation_deg, np.float64))


def _encode_charge(file: Any, charge: Charge | None) -> None:
    if charge is None:
        return
    group = file.create_group("charge")
    group.attrs["population"], group.attrs["cell"] = charge.population, charge.cell
    group.create_dataset("pathway", data=list(charge.pathway), dtype=_text())
    group.create_dataset("part", data=list(charge.part), dtype=_text())
    _put(group, "charge_pc", np.asarray(charge.charge_pc, np.float64))


def _encode_lfp(file: Any, lfp: Lfp | None) -> None:
    if lfp is None:
        return
    group = file.create_group("lfp")
    group.attrs["proxy"], group.attrs["area"] = lfp.proxy, lfp.area
    _put(group, "depth_um", np.asarray(lfp.depth_um, np.float64))
    _put(group, "potential_uv", np.asarray(lfp.potential_uv, np.float32))
    _put(group, "csd_ua_mm3", np.asarray(lfp.csd_ua_mm3, np.float32))


def _decode_charge(file: Any) -> Charge | None:
    if "charge" not in file:
        return None
    group = file["charge"]
    return Charge(
        population=str(group.attrs["population"]),
        cell=int(group.attrs["cell"]),
        pathway=tuple(group["pathway"].asstr()[:]),
        part=cast(tuple[Part, ...], tuple(group["part"].asstr()[:])),
        charge_pc=group["charge_pc"][:],
    )


def _decode_lfp(file: Any) -> Lfp | None:
    if "lfp" not in file:
        return None
    group = file["lfp"]
    arrays = {key: group[key][:] for key in ("depth_um", "potential_uv", "csd_ua_mm3")}
    return Lfp(**arrays, area=str(group.attrs["area"]), proxy=str(group.attrs["proxy"]))


def _put(parent: Any, name: str, data: Floats | np.ndarray[Any, Any]) -> Any:
    """Store an array, packed where packing helps (HDF5 refuses to pack an empty one)."""
    packing = (
        {"compression": "gzip", "compression_opts": 4, "shuffle": True} if data.size > 64 else {}
    )
    return parent.create_dataset(name, data=data, **packing)


def _text() -> Any:
    import h5py

    return h5py.string_dtype()


def _group(file: Any, name: str) -> list[tuple[str, Any]]:
    return list(file[name].items()) if name in file else []


def _attrs(group: Any) -> dict[str, Any]:
    """Turn HDF5 attributes back into Python numbers and strings."""
    plain = {k: v.item() if isinstance(v, np.generic) else v for k, v in group.attrs.items()}
    plain["count"] = plain.pop("n")
    return plain
