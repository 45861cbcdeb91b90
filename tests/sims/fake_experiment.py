"""An experiment of the user's own that takes no time: for tests of what runs experiments."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from circuits.errors import CtloopError
from circuits.runs.run import RunData
from circuits.seeds import stream
from sims.experiments import CircuitRequest, Experiment, Work, option
from sims.measures.metric import Bound, Metric, MetricTable


@dataclass(frozen=True, kw_only=True)
class FakeRequest(CircuitRequest):
    """One run; tags in `condition` make it die, fail, wait or fill the disk."""

    experiment: ClassVar[str] = "fake_experiment:FAKE"

    condition: str = option("", "what goes wrong, and after @ the folder for traces")
    contrast: float = option(1.0, "multiplies content_prediction", kind=float)


def measure(request: FakeRequest, work: Work) -> RunData:
    """Measure made-up numbers."""
    seed, lesions = request.seed, request.lesions
    behaviour, _, where = request.condition.partition("@")
    traces = Path(where) if where else work.folder.parent
    with (traces / "started.txt").open("a") as file:
        file.write(f"{seed} {'; '.join(lesions)}\n")
    if behaviour == "dies once" and seed == 1 and not (traces / "died").exists():
        (traces / "died").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if behaviour == "always dies" and seed == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    if behaviour == "fails" and seed == 1:
        msg = "V1.L5IB ran away at 300 ms"
        raise CtloopError(msg)
    if behaviour == "breaks" and seed == 1:
        raise ValueError("a bug")
    if behaviour == "fills" and seed == 1:
        (work.folder / "large").write_bytes(bytes(2_000_000))
    if behaviour == "waits":
        time.sleep(0.4)
    rng = stream(seed, "fake")
    cut = 0.5 * len(lesions) * (lesions != ("sham",))
    metrics: dict[str, Any] = {
        "content_outcome": 0.9 - cut + 0.01 * rng.normal(),
        "content_prediction": request.contrast * (0.9 + 0.02 * rng.normal()),
        "theta_pulvinar_hz": None if cut else 5.0,
        "rate_V1.L5IB_hz": 4 + rng.normal(),
    }
    if cut:
        metrics["theta_pulvinar_hz_reason"] = "no peak"
    return RunData(meta={}, metrics=metrics)


FAKE = Experiment(
    name="fake_experiment:FAKE",
    question="does what runs experiments run them?",
    request=FakeRequest,
    run="fake_experiment:measure",
    metrics=MetricTable(
        (
            Metric(key="content_outcome", unit="", meaning="made up", primary=True,
                   bound=Bound(0.1, "a tenth of the scale")),
            Metric(key="content_prediction", unit="", meaning="made up", primary=True,
                   bound=Bound(0.1, "a tenth of the scale")),
            Metric(key="theta_pulvinar_hz", unit="Hz", meaning="made up", primary=True,
                   bound=Bound(0.5, "half a bin")),
            Metric(key="rate_<population>_hz", unit="Hz", meaning="made up"),
        )
    ),
    circuit_seconds=lambda request: 10.0,
)  # fmt: skip
