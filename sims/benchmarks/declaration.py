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
class MemoryRequest(CircuitRequest):
    """How much memory a simulation takes, beside the estimate by which too large ones are refused.

    Attributes
    ----------
    duration_ms : float
        Circuit time, ms, above 0.
    cold : bool
        Whether each engine starts once with nothing compiled, and once more after that.
    """

    experiment: ClassVar[str] = "memory"

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
class EnginesRequest(MemoryRequest):
    """How long a circuit second takes, engine by engine.

    Attributes
    ----------
    threads : int
        Of the C++ program, which is timed with one thread and, if this is more, with so many too.
    """

    experiment: ClassVar[str] = "engines"

    threads: int = option(1, "time the C++ program with so many threads too", kind=int, metavar="N")

    def check(self) -> None:
        """Refuse what cannot be, see `Request.check`."""
        super().check()
        if self.threads < 1:
            refuse("--threads", "a whole number of 1 or more", self.threads)


@dataclass(frozen=True, kw_only=True)
class SizeRequest(CircuitRequest):
    """One large simulation.

    Attributes
    ----------
    duration_ms : float
        Circuit time, ms, above 0.
    synapses : int
        About how many the circuit is thinned to; 0 leaves it as it is.
    figures : str or None
        The folder in which pictures are drawn; None keeps none.
    """

    experiment: ClassVar[str] = "size"

    duration_ms: float = option(
        1000.0, "circuit time", kind=float, metavar="MS", flag="--duration-ms"
    )
    synapses: int = option(
        0, "about how many synapses there are: fewer fibres, each for more", kind=int, metavar="N",
        usual="those of the circuit",
    )  # fmt: skip
    figures: str | None = option(
        None, "the folder in which pictures are drawn", metavar="DIR", usual="none is kept",
        decides=False,
    )  # fmt: skip

    def check(self) -> None:
        """Refuse what cannot be, see `Request.check`."""
        super().check()
        if not (math.isfinite(self.duration_ms) and self.duration_ms > 0):
            refuse("--duration-ms", "a number above 0", self.duration_ms)
        if self.synapses < 0:
            refuse("--synapses", "a whole number of 0 or more", self.synapses)


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

SIZE = Measurement(
    name="size",
    question="how much time and memory does one large simulation take, figures included?",
    request=SizeRequest,
    run="sims.benchmarks.size:measure",
    examples="""\
100,000 cells and 50 million synapses, one circuit second:
  ctloop measure size --scale 0.29 --synapses 50000000 --figures pictures
A small one first:
  ctloop measure size --scale 0.04 --synapses 5000000

One process simulates; its memory and that of its compiled program are watched. Another one draws.""",
)

ENGINES = Measurement(
    name="engines",
    question="how long does a circuit second take, engine by engine?",
    request=EnginesRequest,
    run="sims.benchmarks.engines:measure",
    examples="""\
  ctloop measure engines
  ctloop measure engines --cold
Does a second thread help, here and in a circuit of five times as many cells?
  ctloop measure engines --threads 2
  ctloop measure engines --threads 2 --scale 0.05

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
