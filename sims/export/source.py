"""What is exported: a finished run with its circuit, or a circuit file and a seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from circuits.errors import CtloopError
from circuits.files import user_path
from circuits.runs.run import RunData
from circuits.runs.store import load, read_meta
from circuits.spec import populations
from sims.experiments.experiment import facts_of
from sims.experiments.option import refuse
from sims.experiments.request import MOST_SEED

if TYPE_CHECKING:
    from circuits.records import Edges
    from circuits.spec import Circuit


@dataclass(frozen=True, kw_only=True)
class Source:
    """What is exported.

    Attributes
    ----------
    path : Path
        The run folder or the circuit file.
    seed : int
        Decides who meets whom, and the first state.
    circuit : Circuit or None
        None for a run that stored none (of one synapse in vitro, or of an older version).
    run : RunData or None
        None for a circuit file.
    """

    path: Path
    seed: int = 0
    circuit: Circuit | None = None
    run: RunData | None = None
    meta: dict[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What it is, in a few words: "alternation, condition conflict, seed 3"."""
        if self.run is None:
            return f"circuit {self.path.name}, seed {self.seed}"
        facts = facts_of(self.meta)
        parts = [str(facts.get("name", "run"))]
        if facts.get("condition") is not None:
            parts.append(f"condition {facts['condition']}")
        parts.append(f"seed {self.seed}")
        parts += [f"lesion {text}" for text in self.meta.get("lesions") or ()]
        parts += [f"set {text}" for text in self.meta.get("settings") or ()]
        return ", ".join(parts)

    def needed_run(self) -> RunData:
        """Give the run.

        Raises
        ------
        CtloopError
            If this is a circuit alone.
        """
        if self.run is None:
            msg = f"{self.path} is a circuit, which has no spikes; name a run folder"
            raise CtloopError(msg)
        return self.run

    def needed_circuit(self) -> Circuit:
        """Give the circuit, as it was simulated at the start.

        Raises
        ------
        CtloopError
            If the run stored none.
        """
        if self.circuit is None:
            msg = f"{self.path} stores no circuit, so its cells and synapses cannot be exported"
            raise CtloopError(msg)
        return self.circuit

    @property
    def currents_pa(self) -> dict[str, NDArray[np.float64]]:
        """The constant currents that the experiment injected, by population; {} if the run names none.

        Raises
        ------
        CtloopError
            If they do not fit the circuit.
        """
        found = {}
        counts = {n: p.count for n, p in populations(self.needed_circuit()).items()}
        for name, values in (self.meta.get("currents_pa") or {}).items():
            found[name] = np.asarray(values, dtype=np.float64)
            if found[name].shape != (counts.get(name),):
                msg = f"{self.path / 'run.json'} is damaged: its currents_pa of {name} do not fit the circuit"
                raise CtloopError(msg)
        return found

    @cached_property
    def edges(self) -> dict[str, Edges]:
        """All synapses as the simulation drew them, with what they have learnt in the conductance."""
        from circuits.wiring import drawn_as_learnt

        return drawn_as_learnt(self.needed_circuit(), self.seed)


def read_source(text: str | Path, seed: int | None = None) -> Source:
    """Read what is to be exported.

    Parameters
    ----------
    text : str or Path
        A run folder, or a file that `ctloop circuit --save` wrote.
    seed : int, optional
        Of a circuit file's wiring, 0 by default; a run has its own.

    Raises
    ------
    CtloopError
        If it is neither, the run is not finished, or a seed is given for a run.
    """
    from circuits.spec import from_dict
    from circuits.spec import load as load_circuit

    path = user_path(text)
    if seed is not None and not 0 <= seed <= MOST_SEED:
        refuse("--seed", f"a whole number of 0 or more, at most {MOST_SEED}", seed)
    if path.is_file():
        return Source(path=path, seed=seed or 0, circuit=load_circuit(path))
    meta = read_meta(path)
    if seed is not None:
        msg = f"--seed is for a circuit file; the run {path} has a seed of its own"
        raise CtloopError(msg)
    spec, own = meta.get("spec"), meta.get("seed", 0)
    if not isinstance(own, int) or isinstance(own, bool) or own < 0:
        msg = f"{path / 'run.json'} is damaged: its seed is {own!r}"
        raise CtloopError(msg)
    circuit = from_dict(spec) if spec is not None else None
    return Source(path=path, seed=own, circuit=circuit, run=load(path), meta=meta)


def needed(module: str, package: str, what: str) -> ModuleType:
    """Import a library that only an export needs.

    Raises
    ------
    CtloopError
        If it is not installed; the message says what to install.
    """
    try:
        return import_module(module)
    except ImportError as error:
        msg = f"{what} needs {package}: pip install {package}, or pip install '.[export]' here"
        raise CtloopError(msg) from error
