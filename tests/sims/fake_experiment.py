"""An experiment that takes no time: for tests of what runs experiments."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from circuits.errors import CtloopError
from circuits.runs import store
from circuits.runs.run import RunData
from circuits.seeds import stream


def run(*, out: Path, seed: int, lesions: tuple[str, ...] = (), **more: Any) -> Path:
    """Measure made-up numbers; tags in `condition` make it die, fail, wait or fill the disk."""
    behaviour, _, where = str(more.get("condition", "")).partition("@")
    tracks = Path(where) if where else out.parent
    with (tracks / "started.txt").open("a") as file:
        file.write(f"{seed} {'; '.join(lesions)}\n")
    with store.claim(out) as folder:
        if behaviour == "dies once" and seed == 1 and not (tracks / "died").exists():
            (tracks / "died").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if behaviour == "always dies" and seed == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        if behaviour == "fails" and seed == 1:
            msg = "V1.L5IB ran away at 300 ms"
            raise CtloopError(msg)
        if behaviour == "breaks" and seed == 1:
            raise ValueError("a bug")
        if behaviour == "fills" and seed == 1:
            (folder / "large").write_bytes(bytes(2_000_000))
        if behaviour == "waits":
            time.sleep(0.4)
        rng = stream(seed, "fake")
        cut = 0.5 * len(lesions) * (lesions != ("sham",))
        metrics: dict[str, Any] = {
            "content_outcome": 0.9 - cut + 0.01 * rng.normal(),
            "content_prediction": 0.9 + 0.02 * rng.normal(),
            "theta_pulvinar_hz": None if cut else 5.0,
            "rate_V1.L5IB_hz": 4 + rng.normal(),
        }
        if cut:
            metrics["theta_pulvinar_hz_reason"] = "no peak"
        store.write(RunData(meta={"seed": seed, "lesions": list(lesions)}, metrics=metrics), folder)
    return out
