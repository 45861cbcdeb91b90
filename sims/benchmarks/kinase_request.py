"""What can be asked of the times of the kinase synapse. Loads nothing heavy."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from circuits.errors import UnknownName
from sims.experiments.request import Request, option, refuse

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
    synapses: int = option(100_000, "synapses (default: 100000)", kind=int, metavar="N")
    rate_hz: float = option(
        10.0, "Poisson rate of every sender and receiver (default: 10)", kind=float, metavar="HZ",
        flag="--rate-hz",
    )  # fmt: skip
    duration_ms: float = option(
        1000.0, "simulated time (default: 1000)", kind=float, metavar="MS", flag="--duration-ms"
    )
    target: str = option("cython", f"{' or '.join(TARGETS)} (default: cython)", metavar="NAME")

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
