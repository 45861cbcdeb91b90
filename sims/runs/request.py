"""One run as it is asked for, and its address: what exists is never simulated twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from circuits.engine.choose import choose
from circuits.errors import CtloopError, UnknownName
from circuits.spec import Circuit

#: Experiment -> the function that runs it ("module:function"), called with a request's fields.
EXPERIMENTS = {
    "alternation": "sims.alternation.experiment:run_alternation",
    "evoked": "sims.evoked.experiment:run_evoked",
    "template": "sims.alternation.templates:run_template",
}
#: Experiment -> the function that lists the runs it is read by, which all lesions share.
_SHARED = {"alternation": "sims.alternation.templates:needed"}
#: Folders whose every module decides a run's numbers, and modules that do it besides.
_DECIDING = ("circuits", "areas", "thalamus", "sims/stimuli", "sims/measures", "sims/runs",
             "sims/alternation", "sims/evoked")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Request:
    """One run of an experiment; the fields are those of `sims.alternation.experiment.run_alternation`."""

    experiment: str = "alternation"
    condition: str = "conflict"
    seed: int = 0
    duration_s: float = 10.0
    lesions: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    stimulus: str | None = None
    contrast: float = 1.0
    scale: float | None = None
    engine: str = field(default_factory=lambda: choose().engine)
    circuit_file: str | None = None
    #: Of an alternation: whether to run it also without V2.L6CT -> Pulvinar; None leaves it to it.
    without_l6: bool | None = None

    def __post_init__(self) -> None:
        """Refuse an experiment that is none ("module:function" names one of the user's own)."""
        if self.experiment not in EXPERIMENTS and ":" not in self.experiment:
            raise UnknownName("experiment", self.experiment, EXPERIMENTS)

    def arguments(self) -> dict[str, Any]:
        """Give the experiment's own arguments (all but where the run goes)."""
        given = {k: v for k, v in asdict(self).items() if k != "experiment" and v is not None}
        if self.circuit_file is not None:
            given["circuit_file"] = Path(self.circuit_file)
        return given


def circuits_of(request: Request) -> tuple[Circuit, Circuit]:
    """Give the circuit a request asks for, intact (with its settings) and lesioned.

    Raises
    ------
    CtloopError
        If a setting or a lesion cannot be.
    """
    return circuits_with(
        _base(request.circuit_file, request.scale), request.settings, request.lesions
    )


def circuits_with(
    circuit: Circuit, settings: Sequence[str], lesions: Sequence[str]
) -> tuple[Circuit, Circuit]:
    """Give a circuit with its settings, and the same with its lesions.

    Raises
    ------
    CtloopError
        If a setting or a lesion cannot be.
    """
    from circuits.lesions import lesion
    from circuits.spec import set_parameter

    for text in settings:
        circuit = set_parameter(circuit, text)
    lesioned = circuit
    for text in lesions:
        lesioned = lesion(lesioned, text)
    return circuit, lesioned


@cache
def _base(file: str | None, scale: float | None) -> Circuit:
    if file is not None:
        from circuits.spec import load

        return load(Path(file))
    from thalamus.loop import DEFAULT_SCALE, corticothalamic_loop

    return corticothalamic_loop(DEFAULT_SCALE if scale is None else scale)


def address(request: Request) -> str:
    """Give the hash of all that decides a run's numbers: 20 hex digits.

    Spec, lesion, stimulus (a file by its content), seed, engine and version. A lesion counts by the
    spec it gives, so a dose of 0 and the intact circuit are one run. A sham is simulated for
    itself: that it gives the same numbers is what it is for.
    """
    from circuits.lesions import parse
    from circuits.spec import fingerprint

    intact, lesioned = circuits_of(request)

    content: dict[str, Any] = {
        "intact": fingerprint(intact),
        "lesioned": fingerprint(lesioned),
        "stimulus": _stimulus(request.stimulus),
        "version": version(),
        "sham": any(one.verb == "sham" for text in request.lesions for one in parse(text)),
        **{
            k: getattr(request, k)
            for k in (
                "experiment",
                "condition",
                "seed",
                "duration_s",
                "contrast",
                "engine",
                "without_l6",
            )
        },
    }
    text = json.dumps(content, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _stimulus(text: str | None) -> str | None:
    if text is None or not Path(text).is_file():
        return text
    return hashlib.sha256(Path(text).read_bytes()).hexdigest()


@cache
def version() -> str:
    """Give the version of what simulates and measures: packages, and a hash of our own source."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    digest = hashlib.sha256()
    root = Path(__file__).resolve().parents[2]
    for folder in _DECIDING:
        files = sorted((root / folder).rglob("*.py"))
        if not files:
            msg = f"the folder {folder} of ctloop holds no module; install it again"
            raise CtloopError(msg)
        for path in files:
            digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    found = []
    for package in ("brian2", "numpy"):
        try:
            found.append(f"{package} {installed(package)}")
        except PackageNotFoundError:  # only the numbers' own packages matter here
            found.append(package)
    return " ".join([*found, digest.hexdigest()[:16]])


def versions() -> dict[str, str]:
    """Give the versions that a run's meta data name."""
    import sys
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    found = {"python": sys.version.split()[0]}
    for package in ("ctloop", "brian2", "numpy", "scipy", "networkx"):
        try:
            found[package] = installed(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def runner(experiment: str) -> Any:
    """Give the function that runs an experiment."""
    return _function(experiment, EXPERIMENTS.get(experiment, experiment))


def shared(request: Request) -> tuple[Request, ...]:
    """List the runs a request is read by and shares with others: templates, or none."""
    where = _SHARED.get(request.experiment)
    found: tuple[Request, ...] = () if where is None else _function("shared", where)(request)
    return found


def circuit_seconds(request: Request) -> float:
    """Give the circuit time a request simulates, s, where its templates are in the store."""
    from circuits.spec import projections

    each, times = 1.0 + request.duration_s, {"evoked": 3}.get(request.experiment, 1)
    if request.experiment == "alternation" and request.without_l6 is not False:
        times = 2
    _, lesioned = circuits_of(request)
    # A surrogate is made of the spikes of the circuit without it.
    replaced = any(p.surrogate for p in projections(lesioned).values())
    return each * times * (2 if replaced else 1)


def _function(experiment: str, where: str) -> Any:
    from importlib import import_module

    module, _, name = where.partition(":")
    try:
        return getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        msg = f"the experiment {experiment} cannot be run: {error}"
        raise CtloopError(msg) from error
