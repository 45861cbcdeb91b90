"""What is asked about the gradient of the error, as the laboratory knows it. Loads nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sims.experiments.measurement import Measurement
from sims.experiments.option import INPUT, option, refuse
from sims.prediction.analyses.declaration import AnalysisRequest
from sims.prediction.circuit_request import SEQUENCES


@dataclass(frozen=True, kw_only=True)
class RecordedRequest(AnalysisRequest):
    """A circuit that learns a sequence and is then recorded with its weights frozen.

    Attributes
    ----------
    sequence, cycles : str, int
        What is learnt first, and for how many cycles; 0 leaves the circuit as it is.
    then, recorded : str, int
        What is shown while it is recorded, and for how many cycles.
    """

    seed: int = option(1100, "the first seed", kind=int, metavar="N")
    seeds: int = option(4, "how many seeds, from --seed on", kind=int, metavar="N")
    sequence: str = option(
        "loop", "the sequence that is learnt first", metavar="WHAT", group=INPUT, choices=SEQUENCES
    )
    cycles: int = option(
        48, "cycles that it learns; 0 leaves it as it is", kind=int, metavar="N", group=INPUT
    )
    then: str = option(
        "shuffled", "the sequence that is recorded", metavar="WHAT", group=INPUT, choices=SEQUENCES
    )
    recorded: int = option(48, "cycles that are recorded", kind=int, metavar="N", group=INPUT)

    def simulations(self, recordings: int) -> int:
        """Give how many simulations a seed takes: so many recordings, and what it learns before."""
        return recordings + (self.cycles > 0)

    def check(self) -> None:
        """Refuse what cannot be, see `Request.check`."""
        super(AnalysisRequest, self).check()
        least = (
            ("--seeds", self.seeds, 1), ("--cycles", self.cycles, 0),
            ("--recorded", self.recorded, 10),
        )  # fmt: skip
        for name, value, low in least:
            if value < low:
                refuse(name, f"a whole number of {low} or more", value)

    def check_inputs(self) -> None:
        """Refuse also a sequence that cannot be read, see `Request.check_inputs`."""
        super().check_inputs()
        from sims.stimuli.sequences import named

        named(self.then)


@dataclass(frozen=True, kw_only=True)
class _ReplayedRequest(RecordedRequest):
    """Whole changes, of the synapses of some senders.

    Attributes
    ----------
    senders : int
        Of how many layer-6 cells synapses are replayed.
    """

    senders: int = option(
        90, "layer-6 cells whose synapses are replayed, drawn by the seed", kind=int, metavar="N"
    )

    def check(self) -> None:
        """Refuse what cannot be, see `Request.check`."""
        super().check()
        if self.senders < 2:
            refuse("--senders", "a whole number of 2 or more", self.senders)


@dataclass(frozen=True, kw_only=True)
class ErrorIndexRequest(_ReplayedRequest):
    """Where rules lie between the exact rule and Hebb's."""

    experiment: ClassVar[str] = "error-index"


@dataclass(frozen=True, kw_only=True)
class CausalKernelRequest(RecordedRequest):
    """What one spike does to the weight, by its time before the read-out."""

    experiment: ClassVar[str] = "causal-kernel"


@dataclass(frozen=True, kw_only=True)
class PulseKernelRequest(_ReplayedRequest):
    """What a spike that is caused in the running circuit does to the weight."""

    experiment: ClassVar[str] = "pulse-kernel"


@dataclass(frozen=True, kw_only=True)
class TrueGradientRequest(_ReplayedRequest):
    """How near the rules come to the gradient of the prediction error.

    Attributes
    ----------
    drivers_control : bool
        Whether each circuit is recorded a second time without its drivers.
    """

    experiment: ClassVar[str] = "true-gradient"

    recorded: int = option(80, "cycles that are recorded", kind=int, metavar="N", group=INPUT)
    drivers_control: bool = option(
        False, "record each circuit a second time without drivers, where nothing should be followed"
    )


@dataclass(frozen=True, kw_only=True)
class HiddenGradientRequest(_ReplayedRequest):
    """How near the rules come to that gradient at synapses onto the cells that predict.

    Attributes
    ----------
    pathway : str
        Whose synapses: any projection onto the senders of the pathway that learns.
    """

    experiment: ClassVar[str] = "hidden-gradient"

    recorded: int = option(80, "cycles that are recorded", kind=int, metavar="N", group=INPUT)
    pathway: str = option(
        "V2.L5IB -> V2.L6CT #context", "whose synapses: a projection onto V2.L6CT", metavar="A->B"
    )


@dataclass(frozen=True, kw_only=True)
class SpikingLossRequest(_ReplayedRequest):
    """Whether the error of the spiking circuit falls along the rules' changes.

    Attributes
    ----------
    pathway : str
        Whose weights move: any projection of the circuit.
    step : float
        Root mean square of a step, in linear weights.
    """

    experiment: ClassVar[str] = "spiking-loss"

    seeds: int = option(1, "how many seeds, from --seed on", kind=int, metavar="N")
    recorded: int = option(
        24, "cycles that are shown for every step", kind=int, metavar="N", group=INPUT
    )
    pathway: str = option(
        "V2.L6CT -> Pulvinar.TRC", "whose weights move: any projection", metavar="A->B"
    )
    step: float = option(
        0.02, "how far they move: root mean square over synapses; a weight is .5 at the start",
        kind=float, metavar="W",
    )  # fmt: skip

    def check(self) -> None:
        """Refuse what cannot be, see `Request.check`."""
        super().check()
        if not 0 < self.step <= 0.5:
            refuse("--step", "a number above 0, at most .5", self.step)


ERROR_INDEX = Measurement(
    name="error-index",
    question="does a rule follow the error, or the outcome alone?",
    request=ErrorIndexRequest,
    run="sims.prediction.gradient.error_index:measure",
    examples="""\
All rules on the same spikes, four seeds, with metrics in a folder:
  ctloop measure error-index --out runs/error-index
The circuit of a run that has learnt:
  ctloop measure error-index --circuit runs/mine/trained.json --seed 40 --seeds 1 --cycles 0
Other numbers of the kinase rule:
  ctloop measure error-index --set learning.fast_scale=1 --set learning.pre=30ms

1 is the exact rule, (outcome - prediction) x sender; 0 is outcome x sender. Both are made of the spikes that
the rules are replayed on. sims/prediction/gradient/README.md says what each column means.""",
)

CAUSAL_KERNEL = Measurement(
    name="causal-kernel",
    question="when does a spike strengthen a synapse, and when does it weaken it?",
    request=CausalKernelRequest,
    run="sims.prediction.gradient.causal_kernel:measure",
    draw="figures.prediction.kernel:draw_folder",
    examples="""\
One relay spike, and one layer-6 spike, put into recorded cycles at every time before the read-out:
  ctloop measure causal-kernel --out runs/causal-kernel
Other numbers of the kinase rule:
  ctloop measure causal-kernel --set learning.pre=30ms
As Axon states it, for an outcome of 50 ms:
  ctloop measure causal-kernel --set learning.phase=50ms --set learning.fast_scale=.85

Spikes that were recorded are taken away as well. Each time the rule is worked out again exactly.""",
)

PULSE_KERNEL = Measurement(
    name="pulse-kernel",
    question="does a spike that is caused in the running circuit do what the kernel says?",
    request=PulseKernelRequest,
    run="sims.prediction.gradient.pulse_kernel:measure",
    draw="figures.prediction.pulses:draw_folder",
    examples="""\
Brief pulses into the relay cells that prefer what is foretold, at six times before the read-out:
  ctloop measure pulse-kernel --seeds 4 --out runs/pulse-kernel

Each seed simulates --recorded cycles seven times, with the same random numbers. Beside each effect is that of a
spike put into the recording, from which nothing follows (causal-kernel has it at all times).""",
)

TRUE_GRADIENT = Measurement(
    name="true-gradient",
    question="how near do changes of weights come to the gradient of the prediction error?",
    request=TrueGradientRequest,
    run="sims.prediction.gradient.true_gradient:measure",
    draw="figures.prediction.twin:draw_folder",
    examples="""\
Twenty random circuits, with the control without drivers:
  ctloop measure true-gradient --seeds 20 --drivers-control --out runs/true-gradient
The same where predictions are mostly right, so that outcome and error point nearly the same way:
  ctloop measure true-gradient --then loop

The gradient is that of a rate twin fitted to the relay cells, by automatic differentiation: it needs
pip install autograd. Of 64 cycles there is a value where at least 64 of --recorded were read out.""",
)

HIDDEN_GRADIENT = Measurement(
    name="hidden-gradient",
    question="do synapses onto layer 6 follow the error of the relay cells, one synapse away?",
    request=HiddenGradientRequest,
    run="sims.prediction.gradient.hidden_gradient:measure",
    examples="""\
The synapses by which layer 6 gets its item from V2's bursters:
  ctloop measure hidden-gradient --seeds 4 --out runs/hidden-gradient

Nothing is learnt there in the circuit; the rules are replayed on its spikes. The control with random feedback is
recorded as well: from pulvinar to cortex, as many fibres, of any orientation. It needs pip install autograd.
Of 64 cycles there is a value where at least 64 of --recorded were read out.""",
)

SPIKING_LOSS = Measurement(
    name="spiking-loss",
    question="does the spiking circuit predict better after a step along a rule's change?",
    request=SpikingLossRequest,
    run="sims.prediction.gradient.spiking_loss:measure",
    examples="""\
  ctloop measure spiking-loss --seeds 4 --out runs/spiking-loss
For a pathway of cortex, with larger steps:
  ctloop measure spiking-loss --pathway "V1.L23E -> V2.L4E" --step .1

No twin is between rule and error, but for comparison. Each seed simulates --recorded cycles some fifty
times: three directions of every rule and mark, forwards and backwards, with the same random numbers.
It needs pip install autograd, for the slopes of the twin.""",
)
