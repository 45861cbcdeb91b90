"""How many simulations run at a time, where the user does not say: what processors and memory allow."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from circuits import wiring_cache
from circuits.engine.simulate import memory_needed
from circuits.machine import compiler
from circuits.machine.memory import free_memory

if TYPE_CHECKING:
    from circuits.spec import Circuit
    from sims.experiments import Request

#: What a process takes that asks for simulations and measures them, besides the wiring it keeps, bytes.
ASKING_BYTES = 250e6
#: Engines in words.
NAMES = {"standalone": "C++ standalone", "cython": "Cython", "numpy": "NumPy"}


def processors() -> int:
    """Count the processors that this process may use; a job of a cluster may have few of many."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def at_a_time(circuit: Circuit | None, engine: str = "", each: int = 1) -> int:
    """Give how many runs to make at a time.

    Parameters
    ----------
    circuit : networkx.MultiDiGraph or None
        What each simulates; None if nothing large.
    engine : str
        See `circuits.engine.choose`; "" is the one that needs most memory.
    each : int
        Simulations that a run makes at a time.

    Returns
    -------
    int
        1 or more.
    """
    most = processors() // each
    if circuit is not None:
        one = memory_needed(circuit, engine or None) + wiring_cache.MOST_BYTES
        most = min(
            most, int(free_memory() // (each * one + ASKING_BYTES + wiring_cache.MOST_BYTES))
        )
    return max(most, 1)


def workers_for(request: Request, each: int = 1) -> int:
    """Give how many runs like this one to make at a time, see `at_a_time`."""
    from sims.experiments import CircuitRequest

    if isinstance(request, CircuitRequest):
        return at_a_time(request.circuits()[0], request.engine, each)
    return at_a_time(None, "", each)


def message(engine: str, simulations: int) -> str:
    """Say in a line what is used: "C++ standalone, 1 thread, 2 simulations at a time"."""
    threads = max(compiler.THREADS, 1)
    many = "s" if simulations > 1 else ""
    return (
        f"{NAMES.get(engine, engine)}, {threads} thread{'s' if threads > 1 else ''}, "
        f"{simulations} simulation{many} at a time"
    )
