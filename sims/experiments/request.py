"""A request: one run, described by a frozen record whose fields are the options of its experiment.

The command line, battery files and Python fill the same record, so an option means the same
everywhere. Each field declares how it is written on the command line (`option`).
"""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import Field, dataclass, fields, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Self

from circuits.engine import choose
from circuits.errors import CtloopError, UnknownName
from circuits.files import reason, user_path
from sims.experiments.option import (
    CIRCUIT,
    option,
    refuse,
    value_of,
)

if TYPE_CHECKING:
    from circuits.lesions import Touched
    from circuits.spec import Circuit

#: Every program that reads JSON holds whole numbers up to this one, and so the seed in run.json.
MOST_SEED = 2**53 - 1
#: The most cells of a population or fibres of a projection: what 32 bits number.
MOST_CELLS = 2**31 - 1
#: More circuit seconds than anyone waits for.
MOST_S = 1e6


def options_of(request: type[Request]) -> list[Field[Any]]:
    """List the fields of a request that are options, in the order in which they are declared."""
    return [f for f in fields(request) if "help" in f.metadata]


@dataclass(frozen=True, kw_only=True)
class Request:
    """One run of any experiment.

    Attributes
    ----------
    seed : int
        0 or more; decides all that is random.
    lesions, settings : tuple of str
        What is lesioned and which numbers are changed; the experiment decides what they may name.
    """

    #: The name of the experiment it asks for.
    experiment: ClassVar[str] = ""

    seed: int = option(0, "decides wiring, initial state and noise", kind=int, metavar="N")
    lesions: tuple[str, ...] = option(
        (), 'what to cut, for example "V1.L5IB -> Pulvinar.TRC"', metavar="TEXT", flag="--lesion",
        group=CIRCUIT,
    )  # fmt: skip
    settings: tuple[str, ...] = option(
        (),
        'any number of the circuit, for example V1.L5IB.b=80pA or "V1.L5IB->Pulvinar.TRC.U=.5"',
        metavar="NAME=VALUE", flag="--set", group=CIRCUIT,
    )  # fmt: skip

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Self:
        """Make a request of plain values, as a file or a run's meta data hold them.

        Raises
        ------
        UnknownName
            If the experiment has no such option.
        CtloopError
            If a value is of another kind.
        """
        known = {f.name: f for f in fields(cls)}
        for name in given:
            if name not in known:
                kind = f"option of {cls.experiment}"
                raise UnknownName(kind, name, known)
        return cls(**{name: value_of(known[name], value) for name, value in given.items()})

    def check(self) -> None:
        """Refuse impossible values, before anything heavy is imported.

        Raises
        ------
        CtloopError
            Naming the option and what it takes.
        """
        if self.seed < 0:
            refuse("--seed", "a whole number of 0 or more", self.seed)
        if self.seed > MOST_SEED:
            refuse("--seed", f"a whole number of at most {MOST_SEED}", self.seed)

    def check_inputs(self) -> None:
        """Refuse, before anything runs, what only its files, lesions and settings show.

        Raises
        ------
        CtloopError
            Naming what cannot be read, found or set.
        """

    def identity(self) -> dict[str, Any]:
        """Give all that decides the run's numbers, as JSON takes it; the store's address is its hash."""
        return {
            f.name: getattr(self, f.name)
            for f in fields(self)
            if f.metadata.get("decides", True) and f.name not in ("lesions", "settings")
        } | {"lesions": list(self.lesions), "settings": list(self.settings)}

    def touched(self, lesion: str) -> Touched:
        """Give what a lesion would touch, without running anything.

        Raises
        ------
        CtloopError
            If it cannot be, or names nothing.
        """
        msg = f"the experiment {self.experiment} has nothing to lesion"
        raise CtloopError(msg)

    def with_changes(self, lesions: tuple[str, ...], settings: tuple[str, ...]) -> Self:
        """Give the same request with further lesions and settings."""
        return replace(
            self, lesions=(*self.lesions, *lesions), settings=(*self.settings, *settings)
        )


@dataclass(frozen=True, kw_only=True)
class CircuitRequest(Request):
    """One run of an experiment that simulates a circuit.

    Attributes
    ----------
    scale : float or None
        The fraction simulated of the cells under 1 mm2 of each area, above 0, at most 1; None is the
        usual one. Ignored with `circuit_file`.
    circuit_file : str or None
        A saved circuit to run instead.
    engine : str
        See `circuits.engine.choose`; None takes the fastest that works here.
    """

    scale: float | None = option(
        None, "the fraction simulated of the cells under 1 mm2 of V1 and of V2, above 0, at most 1",
        kind=float, metavar="FRACTION", group=CIRCUIT, usual="0.01",
    )  # fmt: skip
    circuit_file: str | None = option(
        None, "run this circuit: a file from ctloop circuit --save, edited or not", metavar="FILE",
        flag="--circuit", group=CIRCUIT,
    )  # fmt: skip
    engine: str = option(
        "", "what simulates", metavar="NAME", choices=choose.ENGINES,
        usual="the fastest that works here",
    )  # fmt: skip

    def __post_init__(self) -> None:
        """Take the engine that works here where none is asked for."""
        if not self.engine:
            object.__setattr__(self, "engine", choose.choose().engine)

    def check(self) -> None:
        """Refuse impossible values, see `Request.check`."""
        super().check()
        choose.choose(self.engine)
        file, scale = self.circuit_file, self.scale
        if file is not None:
            _check_circuit_file(file)
        if scale is not None and not 0 < scale <= 1:
            refuse("--scale", "a fraction above 0, at most 1", scale)
        if file is not None and scale is not None:
            msg = "--scale thins the built-in circuit and --circuit brings another; give one of the two"
            raise CtloopError(msg)

    def check_inputs(self) -> None:
        """Refuse what only its files, lesions and settings show, see `Request.check_inputs`."""
        from circuits.lesions import touched
        from circuits.spec import WINDOWED_LESIONS, populations, projections

        intact, _ = self.circuits()
        for cells in populations(intact).values():
            if cells.count > MOST_CELLS:
                msg = f"{cells.name} has {cells.count} cells; at most {MOST_CELLS} can be simulated"
                raise CtloopError(msg)
        for fibres in projections(intact).values():
            if fibres.modelled > MOST_CELLS:
                msg = f"{fibres.name} models {fibres.modelled} fibres; at most {MOST_CELLS} can be"
                raise CtloopError(msg)
        for text in intact.graph.get(WINDOWED_LESIONS, ()):  # a circuit file may bring any text
            touched(intact, text)

    def base(self) -> Circuit:
        """Give the circuit before settings and lesions: the whole loop, or the user's file."""
        return _base(self.circuit_file, self.scale, _edited(self.circuit_file))

    def circuits(self) -> tuple[Circuit, Circuit]:
        """Give the circuit as it is asked for: with its settings, and with its lesions too.

        Raises
        ------
        CtloopError
            If a setting or a lesion cannot be.
        """
        return _changed(self.base(), self.settings, self.all_lesions())

    def all_lesions(self) -> tuple[str, ...]:
        """List the lesions of the run, those that another option brings with it included."""
        return self.lesions

    def identity(self) -> dict[str, Any]:
        """Give all that decides the numbers: a lesion counts by the circuit it gives, so a dose of 0 is none.

        A sham lesion counts by itself: that it gives the same numbers is what it is for.
        """
        from circuits.lesions import parse

        intact, lesioned = self._fingerprints()
        own = super().identity()
        for name in ("lesions", "settings", "scale", "circuit_file"):
            del own[name]
        sham = any(one.verb == "sham" for text in self.lesions for one in parse(text))
        return own | {
            "intact": intact,
            "lesioned": lesioned,
            "sham": sham,
        }

    def _fingerprints(self) -> tuple[str, str]:
        """Give the hashes of the circuit without and with its lesions."""
        from circuits.spec import fingerprint

        kind, usual = type(self), CircuitRequest
        if (kind.base, kind.circuits) != (
            usual.base,
            usual.circuits,
        ):  # who knows on what they depend
            intact, lesioned = self.circuits()
            return fingerprint(intact), fingerprint(lesioned)
        file = self.circuit_file
        return _usual_fingerprints(
            file, self.scale, _edited(file), self.settings, self.all_lesions()
        )

    def touched(self, lesion: str) -> Touched:
        """Give what a lesion would touch, see `Request.touched`."""
        from circuits.lesions import touched

        return touched(self.circuits()[0], lesion)


def _check_circuit_file(file: str) -> None:
    path = user_path(file)
    try:
        there = stat.S_ISDIR(path.stat().st_mode) is False
    except FileNotFoundError:
        msg = f"--circuit: there is no file {file}; ctloop circuit --save {file} writes one"
        raise CtloopError(msg) from None
    except OSError as error:
        msg = f"--circuit: cannot read the circuit file {file}: {reason(error)}"
        raise CtloopError(msg) from error
    if not there:
        msg = f"--circuit: {file} is a folder, not a file; ctloop circuit --save FILE writes one"
        raise CtloopError(msg)


def _edited(file: str | None) -> tuple[int, int]:
    """Give when a file was last edited and how long it is: an edited circuit is read again."""
    if file is None or not user_path(file).is_file():
        return 0, 0
    found = user_path(file).stat()
    return found.st_mtime_ns, found.st_size


@cache
def _base(file: str | None, scale: float | None, edited: tuple[int, int]) -> Circuit:
    if file is not None:
        from circuits.spec import load

        return load(user_path(file))
    from thalamus.loop import DEFAULT_SCALE, corticothalamic_loop

    return corticothalamic_loop(DEFAULT_SCALE if scale is None else scale)


def _changed(
    intact: Circuit, settings: tuple[str, ...], lesions: tuple[str, ...]
) -> tuple[Circuit, Circuit]:
    from circuits.lesions import lesion
    from circuits.spec import set_parameter

    for text in settings:
        intact = set_parameter(intact, text)
    lesioned = intact
    for text in lesions:
        lesioned = lesion(lesioned, text)
    return intact, lesioned


@lru_cache(maxsize=1024)
def _usual_fingerprints(
    file: str | None,
    scale: float | None,
    edited: tuple[int, int],
    settings: tuple[str, ...],
    lesions: tuple[str, ...],
) -> tuple[str, str]:
    """Give what `CircuitRequest._fingerprints` does; many runs differ in their seeds alone."""
    from circuits.spec import fingerprint

    intact, lesioned = _changed(_base(file, scale, edited), settings, lesions)
    return fingerprint(intact), fingerprint(lesioned)


def simulated_twice(request: CircuitRequest) -> bool:
    """Return whether the engine runs the circuit twice: a surrogate is made of the intact one's spikes."""
    from circuits.spec import projections

    return any(p.surrogate for p in projections(request.circuits()[1]).values())


# --- checks that several requests share -----------------------------------------------------------


def check_duration(seconds: float) -> None:
    """Refuse a duration that is not above 0.

    Raises
    ------
    CtloopError
        Unless it is above 0 and at most `MOST_S`.
    """
    if not 0 < seconds <= MOST_S:
        wanted = "a number of seconds above 0" + f" and at most {MOST_S:g}" * (seconds > MOST_S)
        refuse("--duration", wanted, seconds)


def check_contrast(contrast: float) -> None:
    """Refuse a contrast outside 0 to 1.

    Raises
    ------
    CtloopError
        Unless it is from 0 to 1.
    """
    if not 0 <= contrast <= 1:
        refuse("--contrast", "a fraction from 0 to 1", contrast)
