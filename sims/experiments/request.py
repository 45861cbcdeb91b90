"""One run as it is asked for: a frozen record whose fields are the experiment's options.

The command line, battery files and Python fill the same record, so an option means the same
everywhere. A field says by itself how it is written on the command line (`option`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self

from circuits.engine import choose
from circuits.errors import CtloopError, UnknownName

if TYPE_CHECKING:
    from circuits.lesions import Touched
    from circuits.spec import Circuit

#: Every program that reads JSON holds whole numbers up to this one, and so the seed in run.json.
MOST_SEED = 2**53 - 1
#: The most cells of a population or fibres of a projection: what 32 bits number.
MOST_CELLS = 2**31 - 1
#: More circuit seconds than anyone waits for.
MOST_S = 1e6
#: The groups of options in help texts.
INPUT, CIRCUIT, THIS_RUN = "what it sees", "the circuit", "this run"


def option(
    default: Any,
    help: str,
    *,
    kind: Callable[[str], Any] = str,
    metavar: str | None = None,
    flag: str | None = None,
    group: str = THIS_RUN,
    decides: bool = True,
) -> Any:
    """Declare a field of a request that is an option of the command line.

    Parameters
    ----------
    default
        Its value where nothing is given. A tuple is an option that may be given several times, a
        bool one without a value.
    help : str
    kind : callable
        What turns the text into a value: str, int, float, or a function.
    metavar : str, optional
        What help calls the value.
    flag : str, optional
        "--set"; by default "--" and the field's name without its unit.
    group : str
        The heading it stands under in help.
    decides : bool
        Whether it decides any number of the run; the store's address leaves the others out.
    """
    return field(
        default=default,
        metadata={
            "help": help,
            "kind": kind,
            "metavar": metavar,
            "flag": flag,
            "group": group,
            "decides": decides,
        },
    )


def flag_of(one: Field[Any]) -> str:
    """Give the option a field of a request is written as: `duration_s` -> "--duration"."""
    return one.metadata.get("flag") or "--" + one.name.removesuffix("_s").replace("_", "-")


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
        What is lesioned, what numbers are changed; what they may name is the experiment's to say.
    """

    #: The name of the experiment it asks for.
    experiment: ClassVar[str] = ""

    seed: int = option(0, "wiring, initial state and noise", kind=int, metavar="N")
    lesions: tuple[str, ...] = option(
        (), 'what to cut: "V1.L5IB -> Pulvinar.TRC"; repeatable', metavar="TEXT", flag="--lesion",
        group=CIRCUIT,
    )  # fmt: skip
    settings: tuple[str, ...] = option(
        (),
        'any number of the spec: V1.L5IB.b=80pA or "V1.L5IB->Pulvinar.TRC.U=.5"; repeatable',
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
        return cls(**{name: _value(known[name], value) for name, value in given.items()})

    def check(self) -> None:
        """Refuse, before anything heavy loads, what cannot be.

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
        """Say what a lesion would touch, without running anything.

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
        None, "the fraction simulated of the cells under 1 mm2 of V1 and of V2", kind=float,
        metavar="FRACTION", group=CIRCUIT,
    )  # fmt: skip
    circuit_file: str | None = option(
        None, "a circuit from ctloop circuit --save, as you edited it", metavar="FILE",
        flag="--circuit", group=CIRCUIT,
    )  # fmt: skip
    engine: str = option(
        "", f"{', '.join(choose.ENGINES)} (default: the fastest that works here)", metavar="NAME"
    )

    def __post_init__(self) -> None:
        """Take the engine that works here where none is asked for."""
        if not self.engine:
            object.__setattr__(self, "engine", choose.choose().engine)

    def check(self) -> None:
        """Refuse what cannot be, see `Request.check`."""
        super().check()
        choose.choose(self.engine)
        file, scale = self.circuit_file, self.scale
        if file is not None and not Path(file).is_file():
            msg = f"--circuit: there is no file {file}; ctloop circuit --save {file} writes one"
            raise CtloopError(msg)
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
        return _base(self.circuit_file, self.scale)

    def circuits(self) -> tuple[Circuit, Circuit]:
        """Give the circuit as it is asked for: with its settings, and with its lesions too.

        Raises
        ------
        CtloopError
            If a setting or a lesion cannot be.
        """
        from circuits.lesions import lesion
        from circuits.spec import set_parameter

        intact = self.base()
        for text in self.settings:
            intact = set_parameter(intact, text)
        lesioned = intact
        for text in self.all_lesions():
            lesioned = lesion(lesioned, text)
        return intact, lesioned

    def all_lesions(self) -> tuple[str, ...]:
        """List the lesions of the run, those that another option brings with it included."""
        return self.lesions

    def identity(self) -> dict[str, Any]:
        """Give all that decides the numbers: a lesion counts by the circuit it gives, so a dose of 0 is none.

        A sham lesion counts by itself: that it gives the same numbers is what it is for.
        """
        from circuits.lesions import parse
        from circuits.spec import fingerprint

        intact, lesioned = self.circuits()
        own = super().identity()
        for name in ("lesions", "settings", "scale", "circuit_file"):
            del own[name]
        sham = any(one.verb == "sham" for text in self.lesions for one in parse(text))
        return own | {
            "intact": fingerprint(intact),
            "lesioned": fingerprint(lesioned),
            "sham": sham,
        }

    def touched(self, lesion: str) -> Touched:
        """Say what a lesion would touch, see `Request.touched`."""
        from circuits.lesions import touched

        return touched(self.circuits()[0], lesion)


@cache
def _base(file: str | None, scale: float | None) -> Circuit:
    if file is not None:
        from circuits.spec import load

        return load(Path(file))
    from thalamus.loop import DEFAULT_SCALE, corticothalamic_loop

    return corticothalamic_loop(DEFAULT_SCALE if scale is None else scale)


def simulated_twice(request: CircuitRequest) -> bool:
    """Tell whether the engine runs the circuit twice: a surrogate is made of the intact one's spikes."""
    from circuits.spec import projections

    return any(p.surrogate for p in projections(request.circuits()[1]).values())


# --- checks that several requests share -----------------------------------------------------------


def refuse(option: str, wanted: str, given: object) -> NoReturn:
    """Refuse the value of an option in one line.

    Raises
    ------
    CtloopError
        Always.
    """
    msg = f"{option} takes {wanted}, not {given}"
    raise CtloopError(msg)


def check_duration(seconds: float) -> None:
    """Refuse a duration that is none.

    Raises
    ------
    CtloopError
        Unless it is above 0 and at most `MOST_S`.
    """
    if not 0 < seconds <= MOST_S:
        wanted = "a number of seconds above 0" + f" and at most {MOST_S:g}" * (seconds > MOST_S)
        refuse("--duration", wanted, seconds)


def check_contrast(contrast: float) -> None:
    """Refuse a contrast that is no fraction.

    Raises
    ------
    CtloopError
        Unless it is from 0 to 1.
    """
    if not 0 <= contrast <= 1:
        refuse("--contrast", "a fraction from 0 to 1", contrast)


def _value(one: Field[Any], value: Any) -> Any:
    """Turn a value as a file holds it into the field's own kind."""
    default = one.default if one.default is not MISSING else None
    kind = one.metadata.get("kind", str)
    if value is None and default is None:
        return None
    if isinstance(default, bool):
        wanted, fits = "true or false", isinstance(value, bool)
    elif isinstance(default, tuple):
        fits = isinstance(value, list | tuple) and all(isinstance(part, str) for part in value)
        wanted = "a list of texts"
        value = tuple(value) if fits else value
    elif kind in (int, float):
        wanted = "a number" if kind is float else "a whole number"
        fits = isinstance(value, int | float) and not isinstance(value, bool)
        fits = fits and (kind is float or isinstance(value, int) or value.is_integer())
        value = kind(value) if fits else value
    elif kind is str:
        wanted, fits = "a text", isinstance(value, str)
    else:
        wanted, fits = "a list of numbers", isinstance(value, list | tuple)
        fits = fits and all(isinstance(x, int | float) and not isinstance(x, bool) for x in value)
        value = tuple(value) if fits else value
    if not fits:
        msg = f"{one.name} takes {wanted}, not {value!r}"
        raise CtloopError(msg)
    return value
