"""The common read-out of a circuit's plastic synapses in Brian2 (see `circuits.learning.readout`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from circuits import equations as eq
from circuits.errors import CtloopError, UnknownName
from circuits.learning import readout as text
from circuits.learning.kinase.brian2_text import KinaseCode, made_plastic
from circuits.learning.record import Learning, learning_of
from circuits.machine.brian import b2
from circuits.spec import Circuit, projections

#: Order of the two pathways within a step, after all spikes (0): first what each synapse would do,
#: then what its receiver makes of the sum.
_COMMIT, _SETTLE = 10, 20


def event_learning(circuit: Circuit, plastic_later: Collection[str]) -> Learning | None:
    """Give the learning of a circuit that reads out by event; None for any other."""
    learning = learning_of(circuit)
    learns = plastic_later or any(p.plastic for p in projections(circuit).values())
    return learning if learns and learning.by_event else None


def cell_options(learning: Learning | None) -> tuple[str, dict[str, str]]:
    """Give what the cells' equations and events need besides; nothing without a common read-out."""
    if learning is None:
        return "", {}
    if not learning.phased:
        return text.CELL, {text.EVENT: text.CONDITION}
    return text.CELL + text.CELL_PHASES, {text.EVENT: text.CONDITION, **text.PHASE_EVENTS}


def timer(learning: Learning, cells: Any, slices: Mapping[str, slice]) -> list[Any]:
    """Make the cell that times the read-out, let all cells see it, and let the burst reach it.

    Raises
    ------
    UnknownName
        If there is no population whose burst could time it.
    """
    group = b2.NeuronGroup(
        1,
        text.TIMER + (text.PHASES if learning.phased else ""),
        method="exact",
        clock=cells.clock,
        name="timer",
        namespace={"rate_x": 1 / learning.burst_tau_ms, "per_ms": 1 / b2.ms},
    )
    group.rested, group.left = 1.0, -1.0
    step = text.timer_step(learning)
    if learning.phased:
        step = text.PHASE_BEGIN + step + text.phase_step(learning)
        _tell(cells, group)
    group.run_regularly(step, clock=cells.clock, name="timer_step")
    cells.due = b2.linked_var(group, "due")
    cells.begin_kin = np.full(cells.N, learning.from_ms)
    cells.run_on_event(text.EVENT, text.cell_after(learning))
    if learning.readout == "cycle":
        return [group]
    if not learning.burst_source:
        msg = "learning.readout=burst needs learning.burst_source, the population whose burst it is"
        raise CtloopError(msg)
    if learning.burst_source not in slices:
        raise UnknownName("population", learning.burst_source, slices)
    part = slices[learning.burst_source]
    watched = cells[part.start : part.stop]
    volley = b2.Synapses(
        watched,
        group,
        on_pre=f"x_post += {1.0 / (part.stop - part.start)!r}",
        clock=cells.clock,
        name="timer_input",
    )
    volley.connect()
    return [group, volley]


def _tell(cells: Any, timer: Any) -> None:
    """Let cells know where the parts of a cycle begin; their own copy is what their synapses see."""
    for name in ("mark", "turn", "span"):
        setattr(cells, name, b2.linked_var(timer, name))
    # Before the synapses of the same step.
    cells.run_on_event(text.PARTED, text.CELL_PARTED, when="before_synapses")


def synapses(
    source: Any,
    cells: Any,
    code: KinaseCode,
    learning: Learning,
    label: str,
    types: Mapping[str, Any],
) -> Any:
    """Make plastic synapses that learn at the event, not yet connected; `types` are those of variables."""
    more, first, second = text.pathways(code, learning)
    model, on_pre, on_post = made_plastic(
        eq.SYNAPSE + more, eq.ON_SPIKE, text.scaled(code, learning)
    )
    after = {"commit": first} | ({"settle": second} if second else {})
    marked = {"mark": code.on_mark} if code.on_mark else {}
    made = b2.Synapses(
        source,
        cells,
        model,
        on_pre={"pre": on_pre},
        on_post={"post": on_post, **after, **marked},
        on_event={
            "pre": "spike",
            "post": "spike",
            **dict.fromkeys(after, text.EVENT),
            **dict.fromkeys(marked, text.MARK),
        },
        namespace={"submean": learning.submean},
        clock=cells.clock,
        name=label,
        dtype=types,
        delay=dict.fromkeys(("post", *after, *marked), 0 * b2.ms),
    )
    made.commit.order = _COMMIT
    if marked:
        made.mark.order = _COMMIT
    if second:
        made.settle.order = _SETTLE
    return made
