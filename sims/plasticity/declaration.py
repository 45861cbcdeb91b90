"""The plasticity experiment as the laboratory knows it: options, metrics. Loads nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from circuits.errors import CtloopError, UnknownName
from sims.experiments.experiment import Experiment
from sims.experiments.request import Request, option
from sims.plasticity.metrics import METRICS

if TYPE_CHECKING:
    from circuits.learning.kinase.rule import KinaseRule

#: What the experiment consists of; the first is always run.
PARTS = ("conditions", "map", "rivals", "predictions")
_PROTOCOL, _SYNAPSES = "the protocol", "the synapses"


def _rates(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        msg = f"--pattern takes rates in Hz with commas between, as 25,50,25, not {text!r}"
        raise CtloopError(msg) from None


@dataclass(frozen=True, kw_only=True)
class PlasticityRequest(Request):
    """One run of the in-vitro experiment.

    Attributes
    ----------
    minus_hz, plus_hz : float or None
        Rates of the two halves, 0-200 Hz; both or neither. None runs the four published conditions.
    pattern : tuple of float or None
        Rates of any number of equal segments, Hz, e.g. (25, 50, 25); 0 is silence.
    window_ms, windows, gap_ms, blocks, poisson
        Timing (`sims.plasticity.protocol.Protocol`). The learning rate is always fitted on the
        published 200 ms, ten regular windows, with the number of `blocks` asked for.
    cells : int
        Virtual cells, 2 or more; the published comparison wants 200.
    rule : str
        "cascade", "parallel", "cascade-saturating".
    readout : str
        "cycle" (end of the window), "dendrite" or "silence" (timed by the synapse).
    cap_scale : float or None
        Hold the scale of the fast integral instead of fitting it beside the learning rate.
    parts : tuple of str
        Of `PARTS`; empty is all. Conditions are always run.
    """

    experiment: ClassVar[str] = "plasticity"

    minus_hz: float | None = option(
        None, "rate in the first half", kind=float, metavar="HZ", flag="--minus-hz", group=_PROTOCOL
    )
    plus_hz: float | None = option(
        None, "rate in the second half", kind=float, metavar="HZ", flag="--plus-hz", group=_PROTOCOL
    )
    pattern: tuple[float, ...] | None = option(
        None, "rates of any number of equal segments; 0 is silence", kind=_rates,
        metavar="HZ,HZ,...", group=_PROTOCOL,
    )  # fmt: skip
    window_ms: float = option(
        200.0, "all segments (default: 200)", kind=float, metavar="MS", group=_PROTOCOL
    )
    windows: int = option(10, "windows a block (default: 10)", kind=int, metavar="N",
                          group=_PROTOCOL)  # fmt: skip
    gap_ms: float = option(
        400.0, "after a window (default: 400)", kind=float, metavar="MS", group=_PROTOCOL
    )
    blocks: int = option(1, "blocks, 15 s apart (default: 1)", kind=int, metavar="N",
                         group=_PROTOCOL)  # fmt: skip
    poisson: bool = option(False, "random presynaptic stimuli", group=_PROTOCOL)
    cells: int = option(200, "(default: 200)", kind=int, metavar="N", group=_SYNAPSES)
    rule: str = option(
        "cascade", "cascade (default), parallel, cascade-saturating", metavar="NAME",
        group=_SYNAPSES,
    )  # fmt: skip
    readout: str = option(
        "cycle", "when it learns: cycle (the window's end, default), dendrite, silence",
        metavar="NAME", group=_SYNAPSES,
    )  # fmt: skip
    cap_scale: float | None = option(
        None, "hold the CaP scale (default: fitted)", kind=float, metavar="X", group=_SYNAPSES
    )
    parts: tuple[str, ...] = option(
        (), "conditions, map, rivals, predictions; repeatable (default: all)", metavar="NAME",
        flag="--part", group=_SYNAPSES,
    )  # fmt: skip

    def check(self) -> None:
        """Refuse what cannot be, see `Request.check`."""
        super().check()
        from circuits.learning.kinase.brian2_text import READOUTS
        from sims.plasticity.protocol import Protocol

        self.kinase()
        if self.readout not in READOUTS:
            raise UnknownName("read-out", self.readout, READOUTS)
        for part in self.parts:
            if part not in PARTS:
                raise UnknownName("part of the experiment", part, PARTS)
        if self.cells < 2:
            msg = f"at least 2 cells are needed, not {self.cells}"
            raise CtloopError(msg)
        for rates in ((50.0, 50.0), *self.protocols()):  # the timing is checked in any case
            Protocol(rates, **self.timing())

    def timing(self) -> dict[str, Any]:
        """Give the timing of every protocol, as `sims.plasticity.protocol.Protocol` takes it."""
        names = ("window_ms", "windows", "gap_ms", "blocks", "poisson")
        return {name: getattr(self, name) for name in names}

    def protocols(self) -> tuple[tuple[float, ...], ...]:
        """Give the rates of every protocol asked for, Hz; the published ones if none is.

        Raises
        ------
        CtloopError
            If one half is missing, or the same protocol is asked for twice.
        """
        if (self.minus_hz is None) != (self.plus_hz is None):
            msg = "give both halves: --minus-hz and --plus-hz"
            raise CtloopError(msg)
        found: list[tuple[float, ...]] = []
        if self.minus_hz is not None and self.plus_hz is not None:
            found.append((self.minus_hz, self.plus_hz))
        if self.pattern is not None:
            found.append(self.pattern)
        if len(set(found)) != len(found):
            msg = "the same protocol is asked for twice"
            raise CtloopError(msg)
        if found:
            return tuple(found)
        from sims.plasticity.protocol import JANG

        return tuple(p.rates_hz for p in JANG)

    def kinase(self) -> KinaseRule:
        """Give the rule by its name.

        Raises
        ------
        UnknownName
            With the nearest ones.
        """
        from circuits.learning.kinase.rule import named_rule

        return named_rule(self.rule)


PLASTICITY = Experiment(
    name="plasticity",
    question="does one synapse learn from a change of rate within 200 ms, as in vitro?",
    examples="""\
The four published conditions of Jang et al. 2026, the maps, the rival rules, the predictions:
  ctloop run plasticity
Another protocol: two rates, or a tail that should reverse the sign:
  ctloop run plasticity --minus-hz 20 --plus-hz 40 --part conditions
  ctloop run plasticity --pattern 25,50,25 --part conditions
Shorter windows, random stimuli, a saturating calcium:
  ctloop run plasticity --window-ms 100 --poisson --rule cascade-saturating""",
    request=PlasticityRequest,
    run="sims.plasticity.experiment:plasticity",
    draw="figures.plasticity.protocol:draw_run",
    metrics=METRICS,
    modules=("sims.plasticity",),
)
