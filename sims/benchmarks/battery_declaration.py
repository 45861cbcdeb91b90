"""The benchmark of batteries as the laboratory knows it. Loads nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sims.experiments.measurement import Measurement
from sims.experiments.option import option, refuse
from sims.experiments.request import Request, check_duration

#: Lesions of the usual battery, each of another kind: two pathways, a nucleus.
LESIONS = ("V1.L5IB -> Pulvinar.TRC", "V2.L6CT -> Pulvinar.TRC", "TRN")


@dataclass(frozen=True, kw_only=True)
class BatteryRequest(Request):
    """How long a battery of lesions takes, here and with another version.

    Attributes
    ----------
    against : str
        The folder of another checkout; "" times this one alone.
    python : str
        The Python of the other checkout; "" is the one that runs this.
    seeds : int
    arms : tuple of str
        Lesions besides the intact circuit; none given takes `LESIONS`.
    duration_s : float
        Circuit time that is measured in each run.
    repetitions : int
        Of each side.
    """

    experiment: ClassVar[str] = "battery"

    lesions: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    against: str = option(
        "", "the folder of another checkout of ctloop", metavar="DIR", usual="none",
        decides=False,
    )  # fmt: skip
    python: str = option(
        "", "the Python of the other checkout", metavar="FILE", usual="this one", decides=False
    )
    seeds: int = option(12, "seeds", kind=int, metavar="N")
    arms: tuple[str, ...] = option(
        LESIONS, "a lesion besides the intact circuit", metavar="LESION", flag="--lesion",
        usual="two pathways and the TRN",
    )  # fmt: skip
    duration_s: float = option(
        2.0, "circuit time that is measured in each run", kind=float, metavar="S"
    )
    repetitions: int = option(1, "repetitions of each side", kind=int, metavar="N")

    def check(self) -> None:
        """Refuse what cannot be, see `Request.check`."""
        super().check()
        check_duration(self.duration_s)
        for name, value in (("--seeds", self.seeds), ("--repetitions", self.repetitions)):
            if value < 1:
                refuse(name, "a whole number of 1 or more", value)

    def arguments(self, *, first: bool = False) -> list[str]:
        """Give the command that both sides run, without `ctloop`; `first` is one that only compiles."""
        first_seed = (
            ["--seed", str(self.seed)] if self.seed else []
        )  # older versions always begin at 0
        arms, seeds, seconds = (
            (self.arms[:1], 1, 1.0) if first else (self.arms, self.seeds, self.duration_s)
        )
        return [
            "lesion", *arms, *first_seed, "--seeds", str(seeds), "--duration", f"{seconds:g}",
            "--store", "store", "--out", "report", "--no-figures", "--quiet",
        ]  # fmt: skip


BATTERY = Measurement(
    name="battery",
    question="how long does a battery of lesions take, and how long with another version?",
    request=BatteryRequest,
    run="sims.benchmarks.battery:measure",
    examples="""\
  ctloop measure battery
Beside another checkout, with the Python it is installed for:
  ctloop measure battery --against ../ctloop-before --python ../ctloop-before/.venv/bin/python
A small one:
  ctloop measure battery --seeds 2 --lesion TRN --duration 1

Both run the same ctloop lesion in turn, once before without being timed, so that all is compiled. Run it on an
idle machine.""",
)
