"""The benchmarks as the laboratory knows them. Loads nothing heavy."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from circuits.errors import UnknownName
from sims.experiments.measurement import Measurement
from sims.experiments.option import option, refuse
from sims.experiments.request import CircuitRequest, Request

#: Brian2's code generation.
TARGETS = ("cython", "numpy")


@dataclass(frozen=True, kw_only=True)
class KinaseTimesRequest(Request):
    """How fast the exact kinase synapse is beside the same synapse stepped by a clock.

    Attributes
    ----------
    synapses : int
        1 or more, all between the square root of it senders and as many receivers.
    rate_hz : float
        Poisson rate of every sender and receiver, Hz, above 0.
    duration_ms : float
        Simulated time, ms, above 0.
    target : str
        Code that Brian2 generates: "cython" (needs a C++ compiler) or "numpy".
    """

    experiment: ClassVar[str] = "kinase-times"

    # There is no circuit: nothing to lesion or to set, so these are no options here.
    lesions: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    synapses: int = option(100_000, "synapses", kind=int, metavar="N")
    rate_hz: float = option(
        10.0, "Poisson rate of every sender and receiver", kind=float, metavar="HZ",
        flag="--rate-hz",
    )  # fmt: skip
    duration_ms: float = option(
        1000.0, "simulated time", kind=float, metavar="MS", flag="--duration-ms"
    )
    target: str = option("cython", "code that Brian2 generates", metavar="NAME", choices=TARGETS)

    def check(self) -> None:
        """Refuse what cannot be, see `Request.check`."""
        super().check()
        if self.synapses < 1:
            refuse("--synapses", "a whole number of 1 or more", self.synapses)
        numbers = (("--rate-hz", self.rate_hz), ("--duration-ms", self.duration_ms))
        for name, value in numbers:
            if not (math.isfinite(value) and value > 0):
                refuse(name, "a number above 0", value)
        if self.target not in TARGETS:
            raise UnknownName("target", self.target, TARGETS)


@dataclass(frozen=True, kw_only=True)
class EnginesRequest(CircuitRequest):
    """How long a circuit second takes, engine by engine.

    Attributes
    ----------
    duration_ms : float
        Circuit time, ms, above 0.
    cold : bool
        Whether each engine starts once with nothing compiled, and once more after that.
    """

    experiment: ClassVar[str] = "engines"

    engine: str = "all"
    duration_ms: float = option(
        500.0, "circuit time", kind=float, metavar="MS", flag="--duration-ms"
    )
    cold: bool = option(False, "start with nothing compiled, then once more")

    def check(self) -> None:
        """Refuse what cannot be, see `Request.check`."""
        if not (math.isfinite(self.duration_ms) and self.duration_ms > 0):
            refuse("--duration-ms", "a number above 0", self.duration_ms)
        CircuitRequest(seed=self.seed, scale=self.scale, circuit_file=self.circuit_file).check()


@dataclass(frozen=True, kw_only=True)
class MemoryRequest(EnginesRequest):
    """How much memory a simulation takes, beside the estimate by which too large ones are refused."""

    experiment: ClassVar[str] = "memory"


MEMORY = Measurement(
    name="memory",
    question="how much memory does a simulation take, and how well is that estimated before?",
    request=MemoryRequest,
    run="sims.benchmarks.memory:measure",
    examples="""\
  ctloop measure memory --scale 0.01
  ctloop measure memory --scale 0.03

The memory of the process and of its compiled program together, at their peak. With --cold the first row of an
engine has its compilers too.""",
)

ENGINES = Measurement(
    name="engines",
    question="how long does a circuit second take, engine by engine?",
    request=EnginesRequest,
    run="sims.benchmarks.engines:measure",
    examples="""\
  ctloop measure engines
  ctloop measure engines --cold

Run it on an idle machine and compare within one table only. On a busy machine compare processor seconds,
which count compilers too.""",
)

KINASE_TIMES = Measurement(
    name="kinase-times",
    question="how much faster is the exact kinase synapse than the same one stepped by a clock?",
    request=KinaseTimesRequest,
    run="sims.benchmarks.kinase:measure",
    examples="""\
  ctloop measure kinase-times

Run it on an idle machine; Brian2's own cost of empty steps is the same in all three synapses.""",
)
