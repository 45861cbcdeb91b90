"""The file of an epoch: what was measured and the weights at its end, as one archive of arrays.

It is also the checkpoint: an epoch hands on nothing but its weights, so a run that was stopped goes on
from its last file as if it had never stopped.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from circuits.errors import CtloopError
from circuits.files import read_bytes
from circuits.learning.learnt import Learnt
from circuits.runs.run import Cycles
from circuits.runs.whole_file import write_whole
from sims.prediction.epoch import Epoch
from sims.prediction.relay_vectors import Vectors

_VECTORS = (
    "prediction", "outcome", "prediction_ms", "outcome_ms", "burst_ms", "moments",
)  # fmt: skip
_ARRAYS = ("symbol", "legal", "omitted", "onset_ms")


def save(epoch: Epoch, path: Path) -> None:
    """Write an epoch into one compressed file of arrays, whole or not at all; `load` reads it."""
    arrays: dict[str, Any] = {name: getattr(epoch, name) for name in _ARRAYS}
    arrays |= {f"shown/{name}": getattr(epoch.shown, name) for name in _VECTORS}
    arrays |= {"latency_ms": epoch.latency_ms, "digest": np.array(epoch.digest)}
    arrays |= {"burst_on_ms": epoch.bursts.burst_on_ms, "burst_off_ms": epoch.bursts.burst_off_ms}
    arrays |= {f"rate/{n}": hz for n, hz in epoch.rates_hz.items()}
    arrays |= {f"fold/{n}": hz for n, hz in epoch.fold_hz.items()}
    for name, learnt in epoch.records.items():
        arrays[f"weight/{name}"], arrays[f"wiring/{name}"] = learnt.weight, np.array(learnt.wiring)
        if learnt.scale is not None:
            arrays[f"scale/{name}"] = learnt.scale
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    write_whole(path, buffer.getvalue())


def load(path: Path) -> Epoch:
    """Read an epoch back.

    Raises
    ------
    CtloopError
        If the file is damaged.
    """
    content = io.BytesIO(read_bytes(path, "the epoch"))
    try:
        with np.load(content, allow_pickle=False) as found:
            data = {name: found[name] for name in found.files}
        return _epoch(data)
    # A cut archive raises what its decoder does: EOFError, zlib's and zip's errors.
    except (
        OSError,
        EOFError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        BadZipFile,
        zlib.error,
    ) as error:
        msg = f"the epoch {path} is damaged ({error}); remove it and go on with the same command"
        raise CtloopError(msg) from error


def _epoch(data: Mapping[str, Any]) -> Epoch:
    def under(kind: str) -> dict[str, Any]:
        return {k.removeprefix(f"{kind}/"): v for k, v in data.items() if k.startswith(f"{kind}/")}

    wiring, scale = under("wiring"), under("scale")
    return Epoch(
        **{name: data[name] for name in _ARRAYS},
        shown=Vectors(**{name: data[f"shown/{name}"] for name in _VECTORS}),
        latency_ms=float(data["latency_ms"]),
        bursts=Cycles(data["burst_on_ms"], data["burst_off_ms"]),
        rates_hz={n: float(hz) for n, hz in under("rate").items()},
        fold_hz=under("fold"),
        records={n: Learnt(w, str(wiring[n]), scale.get(n)) for n, w in under("weight").items()},
        digest=str(data["digest"]),
    )
