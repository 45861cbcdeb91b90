"""The prediction experiment as the laboratory knows it: options, metrics, goals. Loads nothing heavy."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from sims.experiments.experiment import Experiment
from sims.experiments.option import CIRCUIT, INPUT, option, refuse
from sims.experiments.request import check_contrast
from sims.prediction.circuit_request import SEQUENCES, PredictionCircuitRequest
from sims.prediction.metrics import METRICS, goals

if TYPE_CHECKING:
    from circuits.spec import Circuit

#: The controls by name; what each changes is in `sims.prediction.controls`.
CONTROLS = (
    "no drivers", "frozen", "no feedback", "hebb", "bcm", "stdp", "delta", "outcome first",
    "peeking", "cortex learns", "no context",
)  # fmt: skip
#: Cycles of an epoch by default, of Reber's grammar (as in Axon's deepfsa) and of the rest.
CYCLES_REBER, CYCLES = 196, 40


@dataclass(frozen=True, kw_only=True)
class PredictionRequest(PredictionCircuitRequest):
    """One run of the prediction experiment.

    Attributes
    ----------
    sequence : str
        A name (loop, second-order, irregular, reber, shuffled) or a TOML file, see
        `sims.stimuli.sequences.named`.
    seeds : int
        How many seeds the run trains, counted up from `seed`.
    epochs, cycles, test_cycles : int
        Epochs of learning, cycles of each (0: 40, of Reber's grammar 196), cycles of the epochs with
        frozen weights: before, after, and after with one item in ten left out.
    item_ms, jitter, contrast : float
        Mean time of an item, its spread as a fraction, 0-1.
    control : str or None
        A name of `sims.prediction.controls.CONTROLS`.
    workers : int or None
        Seeds at a time; None is what processors and memory allow.
    """

    experiment: ClassVar[str] = "prediction"

    sequence: str = option(
        "loop", "the sequence of items", metavar="WHAT", group=INPUT, choices=SEQUENCES
    )  # fmt: skip
    epochs: int = option(10, "epochs of learning", kind=int, metavar="N", group=INPUT)
    cycles: int = option(
        0, "cycles of an epoch", kind=int, metavar="N", group=INPUT,
        usual=f"{CYCLES}, of reber {CYCLES_REBER}",
    )  # fmt: skip
    test_cycles: int = option(
        120, "cycles of each test with frozen weights: before learning, after it, and after it with "
        "one item in ten left out", kind=int, metavar="N", group=INPUT,
    )  # fmt: skip
    item_ms: float = option(200.0, "mean time of an item", kind=float, metavar="MS", group=INPUT)
    jitter: float = option(
        0.1,
        "spread of the time of an item, as a fraction of it",
        kind=float,
        metavar="FRACTION",
        group=INPUT,
    )
    contrast: float = option(
        1.0, "of the items, from 0 to 1", kind=float, metavar="FRACTION", group=INPUT
    )
    control: str | None = option(
        None, "a named control", metavar="NAME", group=CIRCUIT, choices=CONTROLS
    )  # fmt: skip
    seeds: int = option(1, "how many seeds, from --seed on", kind=int, metavar="N")
    workers: int | None = option(
        None, "seeds trained at a time", kind=int, metavar="N", decides=False,
        usual="what processors and memory allow",
    )  # fmt: skip

    def check(self) -> None:
        """Refuse what cannot be, see `Request.check`."""
        super().check()
        check_contrast(self.contrast)
        least = (
            ("--epochs", self.epochs, 0),
            ("--cycles", self.cycles or CYCLES, 1),
            ("--test-cycles", self.test_cycles, 10),
            ("--seeds", self.seeds, 1),
            ("--workers", 1 if self.workers is None else self.workers, 1),
            ("--item-ms", self.item_ms, 50),
        )
        for name, value, low in least:
            if not low <= value < math.inf:
                refuse(name, f"a number of {low} or more", f"{value:g}")
        if not 0 <= self.jitter <= 0.9:
            refuse("--jitter", "a fraction from 0 to .9", f"{self.jitter:g}")
        if self.control is not None:
            from sims.prediction.controls import control_of

            control_of(self.control)

    @property
    def seed_numbers(self) -> range:
        """The seeds of the run."""
        return range(self.seed, self.seed + self.seeds)

    def base(self) -> Circuit:
        """Give the circuit of the request with what its control adds and sets."""
        from circuits.spec import added, set_parameter
        from sims.prediction.controls import control_of

        control = control_of(self.control)
        circuit = added(super().base(), *control.added)
        for text in control.settings:
            circuit = set_parameter(circuit, text)
        return circuit

    def all_lesions(self) -> tuple[str, ...]:
        """List the control's lesions and the user's."""
        from sims.prediction.controls import control_of

        return (*control_of(self.control).lesions, *self.lesions)


def _seconds(request: PredictionRequest) -> float:
    usual = CYCLES_REBER if request.sequence == "reber" else CYCLES
    cycles = 3 * request.test_cycles + request.epochs * (request.cycles or usual)
    return cycles * request.item_ms * 1e-3 * request.seeds


def _resumes(request: PredictionRequest) -> Mapping[str, Any]:
    """All that decides what a finished epoch holds: with more epochs or seeds a run is taken up again."""
    own = request.identity()
    return {k: v for k, v in own.items() if k not in ("epochs", "seeds", "seed")}


PREDICTION = Experiment(
    name="prediction",
    question="does the pulvinar learn to show the next item before it comes?",
    examples="""\
The loop of 8 orientations, five seeds:
  ctloop run prediction --seeds 5
A loop that needs the last two items; Reber's grammar; no order at all:
  ctloop run prediction --sequence second-order --memory
  ctloop run prediction --sequence second-order --memory --lesion "V2.L6CC -> V2.L6CT #memory"
  ctloop run prediction --sequence reber --memory --epochs 60
  ctloop run prediction --sequence shuffled
Your own sequence or grammar, at another pace:
  ctloop run prediction --sequence mine.toml --item-ms 250
A control, a lesion, another rule on the same synapses:
  ctloop run prediction --control peeking
  ctloop run prediction --lesion "V1.L5IB -> Pulvinar.TRC"
  ctloop run prediction --set learning.rule=hebb
Stopped? The same command with the same --out goes on. Then use what it learnt:
  ctloop run prediction --out runs/mine --epochs 30
  ctloop run alternation --circuit runs/mine/trained.json

mine.toml:
  items = ["A", "B", "A", "C"]
  [symbols]
  A = 0
  B = 60
  C = 120
or instead of the items, a grammar: from each state, the symbols that may come and where they lead
  [grammar]
  start = {A = "middle"}
  middle = {B = "middle", C = "start"}

The stimulus paces the loop here, by construction. Weights alone pass from one epoch to the next.""",
    request=PredictionRequest,
    run="sims.prediction.experiment:prediction",
    draw="figures.prediction.curves:draw_run",
    metrics=METRICS,
    goals=goals,
    circuit_seconds=_seconds,
    resumes=_resumes,
    modules=("sims.prediction",),
)
