"""The firing of single cells as the laboratory knows it (`ctloop cell`). Loads nothing heavy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from circuits.errors import CtloopError
from circuits.units import parse
from sims.experiments.measurement import Measurement
from sims.experiments.option import option, refuse
from sims.experiments.request import CircuitRequest

#: The most currents of an f-I curve, and the longest step: more than anyone waits for.
MOST_CURRENTS, LONGEST_MS = 2000, 10_000.0


def _list_of(unit: str) -> Callable[[str], tuple[float, ...]]:
    """Give what reads "10,20,30", with or without the unit."""

    def read(text: str) -> tuple[float, ...]:
        return tuple(parse(part, unit) for part in text.split(","))

    return read


def _quantity(unit: str) -> Callable[[str], float]:
    return lambda text: parse(text, unit)


@dataclass(frozen=True, kw_only=True)
class CellRequest(CircuitRequest):
    """The firing of the cell types of a circuit, without synapses and noise.

    Attributes
    ----------
    names : tuple of str
        Populations, areas, or patterns with "*" and "?" whose cells are simulated.
    highest_pa, step_pa : float
        The currents of the f-I curve: from 0 to the highest, pA.
    duration_ms : float
        How long each current lasts, ms.
    hold_mv : float or None
        Potential that a cell is held at before and after it is hyperpolarised, mV; None is its rest.
    below_mv : tuple of float
        How far below that a steady current would bring it, mV.
    for_ms : tuple of float
        For how long, ms.
    """

    experiment: ClassVar[str] = "cell"

    # There are no synapses and no noise: nothing to draw, to lesion or to scale, so these are no options.
    seed: int = 0
    lesions: tuple[str, ...] = ()
    scale: float | None = None
    engine: str = "numpy"
    names: tuple[str, ...] = ()
    highest_pa: float = option(
        600.0, "the highest current of the f-I curve, pA", kind=_quantity("pA"), metavar="PA",
        flag="--highest",
    )  # fmt: skip
    step_pa: float = option(
        5.0, "from one current to the next, pA", kind=_quantity("pA"), metavar="PA", flag="--step"
    )
    duration_ms: float = option(
        1000.0, "how long each current lasts", kind=_quantity("ms"), metavar="MS", flag="--duration"
    )
    hold_mv: float | None = option(
        None, "potential from which cells are hyperpolarised", kind=_quantity("mV"), metavar="MV",
        flag="--hold", usual="where each rests",
    )  # fmt: skip
    below_mv: tuple[float, ...] | str = option(
        "5,10,15,20,30", "how far below that, mV", kind=_list_of("mV"), metavar="MV,...",
        flag="--below",
    )  # fmt: skip
    for_ms: tuple[float, ...] | str = option(
        "25,50,100,200", "for how long, ms", kind=_list_of("ms"), metavar="MS,...", flag="--for"
    )

    def __post_init__(self) -> None:
        """Read the lists that are still text."""
        for name, unit in (("below_mv", "mV"), ("for_ms", "ms")):
            given = getattr(self, name)
            if isinstance(given, str):
                object.__setattr__(self, name, _list_of(unit)(given))

    def check(self) -> None:
        """Refuse what cannot be, see `Request.check`."""
        super().check()
        if not self.names:
            msg = 'name cells, for example ctloop cell V1.L5IB, or "*" for all'
            raise CtloopError(msg)
        if not 0 < self.highest_pa <= 1e5:
            refuse("--highest", "a current above 0, at most 100000 pA", self.highest_pa)
        if not self.highest_pa / MOST_CURRENTS <= self.step_pa <= self.highest_pa:
            wanted = f"a current above 0, at most the highest, that gives at most {MOST_CURRENTS} currents"
            refuse("--step", wanted, self.step_pa)
        if not 0 < self.duration_ms <= LONGEST_MS:
            refuse("--duration", f"a time above 0, at most {LONGEST_MS:g} ms", self.duration_ms)
        for flag, values in (("--below", self.below_mv), ("--for", self.for_ms)):
            if not all(isinstance(x, float) and 0 < x <= LONGEST_MS for x in values):
                refuse(
                    flag, f"numbers above 0, at most {LONGEST_MS:g}, with commas between", values
                )
        if self.hold_mv is not None and not -150 < self.hold_mv < 0:
            refuse("--hold", "a potential from -150 to 0 mV", self.hold_mv)

    def check_inputs(self) -> None:
        """Refuse names that there are not, see `Request.check_inputs`."""
        from sims.cells.specimens import specimens

        super().check_inputs()
        specimens(self.circuits()[0], self.names)


CELL = Measurement(
    name="cell",
    question="how does a cell of the circuit fire when current is injected, and how does it rebound?",
    request=CellRequest,
    run="sims.cells.firing:measure",
    draw="figures.cells.firing:draw_folder",
)


@dataclass(frozen=True, kw_only=True)
class UnitaryRequest(CircuitRequest):
    """The unitary potentials of a circuit's local cortical projections.

    Attributes
    ----------
    name : str
        Part of a projection's name; all by default.
    """

    experiment: ClassVar[str] = "unitary-psp"

    # One cell and one fibre each: nothing is drawn, lesioned or scaled.
    seed: int = 0
    lesions: tuple[str, ...] = ()
    scale: float | None = None
    engine: str = "numpy"
    name: str = option("", "only projections that have this in their name", metavar="TEXT")


UNITARY = Measurement(
    name="unitary-psp",
    question="how strong is one fibre of cortex, beside recorded pairs?",
    request=UnitaryRequest,
    run="sims.cells.unitary:measure",
    examples="""\
  ctloop measure unitary-psp
  ctloop measure unitary-psp --name "-> V1.L5IB"

One cell that is held still, one anatomical fibre, one spike.""",
)
