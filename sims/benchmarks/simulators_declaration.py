"""The comparisons with another simulator as the laboratory knows them. Loads nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from sims.experiments.measurement import Measurement
from sims.experiments.option import CIRCUIT, option, refuse
from sims.experiments.request import CircuitRequest, check_duration

if TYPE_CHECKING:
    from circuits.spec import Circuit

#: Circuit time before anything is counted, s: the cells begin out of step with their input.
SETTLING_S = 0.2


@dataclass(frozen=True, kw_only=True)
class SimulatorsRequest(CircuitRequest):
    """The same circuit in two simulators.

    Attributes
    ----------
    cells : int
        Cells of each population of the circuit of the benchmarks, more than its fibres.
    duration_s : float
        Circuit time of each simulation, s, more than `SETTLING_S`.
    seeds : int
        Simulations of each side: seeds `seed`, `seed` + 1, ...
    threads : int
        Of NEST.
    counterparts : bool
        Whether something may stand in for what NEST has no exact counterpart of.
    """

    experiment: ClassVar[str] = "simulators"

    cells: int = option(
        200, "cells of each of its 20 populations, if no other circuit is asked for", kind=int,
        metavar="N", group=CIRCUIT,
    )  # fmt: skip
    duration_s: float = option(1.0, "circuit time of each simulation", kind=float, metavar="S")
    seeds: int = option(3, "simulations of each side, with seeds from --seed on", kind=int, metavar="N")  # fmt: skip
    threads: int = option(1, "threads of NEST", kind=int, metavar="N")
    counterparts: bool = option(
        False, "take a stand-in for what NEST has no exact counterpart of, and say so"
    )

    def base(self) -> Circuit:
        """Give the circuit of the benchmarks; the whole loop with `scale`, or the user's file."""
        if self.circuit_file is not None or self.scale is not None:
            return super().base()
        from sims.benchmarks.circuit import benchmark_circuit

        return benchmark_circuit(self.cells)

    def check(self) -> None:
        """Refuse what cannot be, see `Request.check`."""
        super().check()
        check_duration(self.duration_s)
        if self.duration_s <= SETTLING_S:
            refuse("--duration", f"more than {SETTLING_S:g} s", self.duration_s)
        for flag, value in (("--seeds", self.seeds), ("--threads", self.threads)):
            if value < 1:
                refuse(flag, "a whole number of 1 or more", value)
        if self.cells < 2:
            refuse("--cells", "a whole number of 2 or more", self.cells)

    def check_inputs(self) -> None:
        """Refuse what NEST has no counterpart of, see `Request.check_inputs`."""
        from circuits.nest.counterparts import replaced

        super().check_inputs()
        replaced(self.circuits()[1], self.counterparts)


@dataclass(frozen=True, kw_only=True)
class SimulatorVoltageRequest(CircuitRequest):
    """The voltage of single cells under the same input in two simulators.

    Attributes
    ----------
    cells : int
        Of each kind, each with an input of its own.
    duration_s : float
        Circuit time, s.
    """

    experiment: ClassVar[str] = "simulator-voltage"

    # The cells and their inputs are fixed: nothing to lesion, to set or to scale, so these are no options.
    lesions: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    scale: float | None = None
    circuit_file: str | None = None
    cells: int = option(10, "cells of each kind", kind=int, metavar="N")
    duration_s: float = option(0.5, "circuit time", kind=float, metavar="S")

    def base(self) -> Circuit:
        """Give the cells with their sources of spikes."""
        from sims.benchmarks.simulator_voltage import KINDS, circuit_of

        return circuit_of(KINDS, self.cells)

    def check(self) -> None:
        """Refuse what cannot be, see `Request.check`."""
        super().check()
        check_duration(self.duration_s)
        if self.cells < 1:
            refuse("--cells", "a whole number of 1 or more", self.cells)


SIMULATORS = Measurement(
    name="simulators",
    question="does another simulator (NEST) find the same rates, irregularity and correlations?",
    request=SimulatorsRequest,
    run="sims.benchmarks.simulators:measure",
    examples="""\
  ctloop measure simulators
  ctloop measure simulators --cells 50 --seeds 2
  ctloop measure simulators --scale 0.003 --counterparts

Both simulators get the same wiring, first state, currents and given spikes. Needs NEST:
pip install 'nest-simulator>=3.10'.""",
)

SIMULATOR_VOLTAGE = Measurement(
    name="simulator-voltage",
    question="does another simulator (NEST) find the same voltage of single cells under the same input?",
    request=SimulatorVoltageRequest,
    run="sims.benchmarks.simulator_voltage:measure",
    examples="""\
  ctloop measure simulator-voltage

Cells of every kind, without T-current, get the same spikes through static and depressing synapses, in steps
of 0.1, 0.01 and 0.002 ms. Needs NEST: pip install 'nest-simulator>=3.10'.""",
)
