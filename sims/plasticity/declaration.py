"""The plasticity experiment as the laboratory knows it: options, metrics. Loads nothing heavy."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from circuits.errors import CtloopError, UnknownName
from sims.experiments.experiment import Experiment
from sims.experiments.option import option, refuse
from sims.experiments.request import Request
from sims.plasticity.metrics import METRICS

if TYPE_CHECKING:
    from circuits.learning.kinase.rule import KinaseRule
    from circuits.lesions import Touched
    from sims.plasticity.cells import Receptors

#: The kinase rules by name (`circuits.learning.kinase.rule`).
RULES = ("cascade", "parallel", "cascade-saturating")
#: When the synapse learns (`circuits.learning.kinase.brian2_text`).
READOUTS = {
    "cycle": "at the end of the window",
    "silence": "when spikes have paused",
    "dendrite": "when the dendrite repolarises",
}
#: What the experiment consists of; the first is always run.
PARTS = ("conditions", "map", "other-rules", "predictions")
#: The part that fits rules to the published means, which would fit a lesion away.
FITTING = "other-rules"
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
    lesions : tuple of str
        "block NMDA", "block AMPA" (each with a dose from 0 to 1), "sham": what the stimulated synapse
        lacks from the first test pulse to the last (`sims.plasticity.lesions`).
    settings : tuple of str
        Constants of the kinase rule: "rule.slow=60ms", "rule.fast_scale=1", "rule.rate=*.5"
        (`sims.plasticity.settings`). Learning rate and CaP scale are fitted on the intact synapse and
        the unchanged rule of the same seed; lesions and settings come after that.
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
        Of `PARTS`; empty is all, with a lesion or a setting all but "other-rules". Conditions are
        always run.
    """

    experiment: ClassVar[str] = "plasticity"

    lesions: tuple[str, ...] = option(
        (), 'what the synapse lacks: "block NMDA", "block AMPA .5", sham',
        metavar="TEXT", flag="--lesion", group=_SYNAPSES,
    )  # fmt: skip
    settings: tuple[str, ...] = option(
        (), "a constant of the kinase rule, for example rule.slow=60ms or rule.fast_scale=1",
        metavar="NAME=VALUE", flag="--set", group=_SYNAPSES,
    )  # fmt: skip
    minus_hz: float | None = option(
        None,
        "rate in the first half of a window",
        kind=float,
        metavar="HZ",
        flag="--minus-hz",
        group=_PROTOCOL,
    )
    plus_hz: float | None = option(
        None,
        "rate in the second half of a window",
        kind=float,
        metavar="HZ",
        flag="--plus-hz",
        group=_PROTOCOL,
    )
    pattern: tuple[float, ...] | None = option(
        None, "rates in any number of equal segments of a window; 0 is silence", kind=_rates,
        metavar="HZ,HZ,...", group=_PROTOCOL,
    )  # fmt: skip
    window_ms: float = option(
        200.0, "length of a window", kind=float, metavar="MS", group=_PROTOCOL
    )
    windows: int = option(10, "windows of a block", kind=int, metavar="N",
                          group=_PROTOCOL)  # fmt: skip
    gap_ms: float = option(400.0, "pause after a window", kind=float, metavar="MS", group=_PROTOCOL)
    blocks: int = option(1, "blocks of windows, 15 s apart", kind=int, metavar="N",
                         group=_PROTOCOL)  # fmt: skip
    poisson: bool = option(
        False,
        "presynaptic stimuli come at random times (Poisson) instead of regular ones",
        group=_PROTOCOL,
    )
    cells: int = option(200, "virtual cells", kind=int, metavar="N", group=_SYNAPSES)
    rule: str = option(
        "cascade", "kinase rule", metavar="NAME", group=_SYNAPSES, choices=RULES
    )  # fmt: skip
    readout: str = option(
        "cycle", "when the synapse learns", metavar="NAME", group=_SYNAPSES, choices=READOUTS
    )  # fmt: skip
    cap_scale: float | None = option(
        None,
        "hold the CaP scale, the weight of the fast integral",
        kind=float,
        metavar="X",
        group=_SYNAPSES,
        usual="fitted",
    )
    parts: tuple[str, ...] = option(
        (), "a part of the experiment", metavar="NAME", flag="--part", group=_SYNAPSES,
        choices=PARTS, usual="all",
    )  # fmt: skip

    def check(self) -> None:
        """Refuse what cannot be, see `Request.check`."""
        super().check()
        from sims.plasticity.protocol import Protocol

        self.kinase()
        if self.readout not in READOUTS:
            raise UnknownName("read-out", self.readout, READOUTS)
        for part in self.parts:
            if part not in PARTS:
                raise UnknownName("part of the experiment", part, PARTS)
        if self.cap_scale is not None and not 0 < self.cap_scale < math.inf:
            refuse("--cap-scale", "a number above 0", self.cap_scale)
        if self.cells < 2:
            msg = f"at least 2 cells are needed, not {self.cells}"
            raise CtloopError(msg)
        for rates in ((50.0, 50.0), *self.protocols()):  # the timing is checked in any case
            Protocol(rates, **self.timing())
        self._check_changes()

    def _check_changes(self) -> None:
        """Refuse lesions and settings that cannot be, or that would be fitted away."""
        if not (self.lesions or self.settings):
            return
        from sims.plasticity.settings import changed_rule

        self.receptors_left()
        changed_rule(self.kinase(), self.settings)
        if FITTING in self.parts:
            msg = (
                f"--part {FITTING} fits every rule to the published means, and would fit a lesion or"
                " a setting away; leave it out"
            )
            raise CtloopError(msg)

    def identity(self) -> dict[str, Any]:
        """Give all that decides the numbers: lesions count by what they leave, so a dose of 0 is none.

        A sham counts by itself: that it gives the same numbers is what it is for.
        """
        own = super().identity() | {"parts": list(self.wanted_parts())}
        if self.lesions or self.settings:
            from sims.plasticity.lesions import is_sham
            from sims.plasticity.settings import canonical

            left = self.receptors_left()
            blocked = [f"{r} {x:g}" for r, x in vars(left).items() if x != 1]
            own["lesions"] = [*blocked, *(["sham"] if is_sham(self.lesions) else [])]
            own["settings"] = canonical(self.settings)
        return own

    def touched(self, lesion: str) -> Touched:
        """Say what a lesion would touch, see `Request.touched`."""
        from sims.plasticity.lesions import touched

        return touched(lesion, self.cells)

    def receptors_left(self) -> Receptors:
        """Give what the lesions leave of the synapse's receptors (`sims.plasticity.lesions`)."""
        from sims.plasticity.lesions import receptors_left

        return receptors_left(self.lesions)

    def wanted_parts(self) -> tuple[str, ...]:
        """List the parts to run; a lesioned synapse or a changed rule leaves out what would fit it away."""
        changed = bool(self.lesions or self.settings)
        usual = tuple(part for part in PARTS if not (changed and part == FITTING))
        return tuple(part for part in PARTS if part in ("conditions", *(self.parts or usual)))

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
The four published conditions of Jang et al. 2026, the maps, other rules, the predictions:
  ctloop run plasticity
Another protocol: two rates, or a tail that should reverse the sign:
  ctloop run plasticity --minus-hz 20 --plus-hz 40 --part conditions
  ctloop run plasticity --pattern 25,50,25 --part conditions
Shorter windows, random stimuli, a saturating calcium:
  ctloop run plasticity --window-ms 100 --poisson --rule cascade-saturating
Without NMDA receptors, or with a slower slow integral; the learning rate stays that of the intact synapse:
  ctloop run plasticity --lesion "block NMDA" --part conditions
  ctloop run plasticity --set rule.slow=60ms --part conditions
On paired seeds, with statistics:
  ctloop lesion "block NMDA" --experiment plasticity --dose 0,.5,1 --part conditions""",
    request=PlasticityRequest,
    run="sims.plasticity.experiment:plasticity",
    draw="figures.plasticity.protocol:draw_run",
    metrics=METRICS,
    modules=("sims.plasticity",),
)
