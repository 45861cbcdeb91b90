"""The request of whatever simulates the circuit that learns to predict. Loads nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from circuits.errors import CtloopError
from sims.experiments.option import CIRCUIT, option
from sims.experiments.request import CircuitRequest

if TYPE_CHECKING:
    from circuits.spec import Circuit

#: The sequences by name (`sims.stimuli.sequences`), or a file of the user's.
SEQUENCES = ("loop", "second-order", "irregular", "reber", "shuffled", "a file (.toml)")


@dataclass(frozen=True, kw_only=True)
class PredictionCircuitRequest(CircuitRequest):
    """One run of the circuit that learns to predict.

    Attributes
    ----------
    memory : bool
        Whether layer 6 also holds the item before the last (`thalamus.memory`).
    """

    memory: bool = option(
        False, "layer 6 also holds the item before the last, by a slow loop of its two classes",
        group=CIRCUIT,
    )  # fmt: skip

    def check(self) -> None:
        """Refuse what cannot be, see `Request.check`."""
        super().check()
        if self.memory and self.circuit_file is not None:
            msg = "--circuit brings its own memory or none, --memory is for the usual one; give one of the two"
            raise CtloopError(msg)

    def check_inputs(self) -> None:
        """Refuse also a sequence that cannot be read, see `Request.check_inputs`."""
        super().check_inputs()
        sequence = getattr(self, "sequence", None)  # not all that simulate this circuit show one
        if sequence is not None:
            from sims.stimuli.sequences import named

            named(sequence)

    def base(self) -> Circuit:
        """Give the loop that learns, with its memory if it is asked for, or the user's file."""
        from thalamus.loop import DEFAULT_SCALE
        from thalamus.memory import with_memory
        from thalamus.predictive import prediction_circuit

        if self.circuit_file is not None:
            return super().base()
        circuit = prediction_circuit(DEFAULT_SCALE if self.scale is None else self.scale)
        return with_memory(circuit) if self.memory else circuit
