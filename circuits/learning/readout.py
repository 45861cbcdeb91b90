"""When all synapses of a circuit read out together, as text for Brian2: an event of every cell.

One cell more, the `timer`, watches the burst of a population (or the clock) and is `due` for one step;
every cell sees that and has a `commit` event, on which its plastic synapses learn. So there is no
clamp, no counter of trials and no Python in the loop: the same text runs compiled.

The trace x of the burst decays with `burst_tau_ms`; a spike adds 1 over the number of cells. A burst
is armed when x reaches `burst_arm`; its peak is kept; when x has fallen to `burst_fall` of the peak
the read-out is due, `burst_delay_ms` later. Until x has been below `burst_arm` again nothing is
armed. For one volley at time 0 with n spikes a cell the read-out falls at -tau ln(fall) + delay.
"""

from __future__ import annotations

from dataclasses import replace

from circuits.equations import DT_MS, RECEPTORS
from circuits.learning.kinase.brian2_text import LEARN, KinaseCode
from circuits.learning.record import Learning

EVENT = "commit"
#: How many steps are left until the read-out; -1 and below: none is on its way.
TIMER = """
dx/dt = -x*rate_x*per_ms : 1
peak : 1
armed : 1
rested : 1
left : 1
due : 1
"""
#: An upper bound that no number here reaches, for `clip` with a lower bound alone.
UNBOUNDED = "1e9"
#: What every cell needs: whether a read-out is due, and the sums of the homeostasis.
CELL = """
due : 1 (linked)
sum_kin : 1
many_kin : 1
keep_kin : 1
begin_kin : 1 (constant)
"""
#: `begin_kin` is when reading out begins, ms: a number of every cell, so that it is data in any engine.
CONDITION = f"due > 0.5 and t/ms >= begin_kin - {DT_MS / 2!r}"


def timer_step(learning: Learning) -> str:
    """Write what the timer does at every step, before the cells are advanced."""
    if learning.readout == "cycle":
        cycle = f"{learning.cycle_ms!r}"
        return (
            f"left = t/ms - {cycle}*floor(t/ms/{cycle} + 0.5)\n"
            f"due = int(abs(left) < {DT_MS / 2!r} and t/ms > {DT_MS / 2!r})\n"
        )
    wait = round(learning.burst_delay_ms / DT_MS)
    return f"""
armed = int(armed > 0.5 or (rested > 0.5 and x >= {learning.burst_arm!r}))
peak = armed*clip(peak, x, {UNBOUNDED})
fallen = int(armed > 0.5 and x <= {learning.burst_fall!r}*peak)
left = fallen*{wait} + (1 - fallen)*(left - 1)
armed = armed*(1 - fallen)
rested = int(armed < 0.5 and ((rested > 0.5 and fallen < 0.5) or x < {learning.burst_arm!r}))
due = int(abs(left) < 0.5)
"""


def phase_step(learning: Learning) -> str:
    """Write what the timer does besides, after `timer_step`, to tell a rule where the parts of a cycle begin.

    The prediction begins `predicts_after_ms` after a read-out, the outcome where a burst is armed. `phase`
    is 1 in the prediction and 2 in an outcome that a prediction came before; else nothing is learnt.
    """
    return f"""
begins = int(phase < 0.5 and abs(gone - {learning.predicts_after_ms!r}) < {DT_MS / 2!r})
turns = int(phase > 0.5 and phase < 1.5 and armed > 0.5 and was < 0.5)
phase = phase + begins + turns
mark = clip(begins + turns, 0, 1)*int(due < 0.5)
turn = int(due < 0.5)*turns + int(due > 0.5)*int(phase > 1.5)
span = since
"""


#: What the timer does first, if a rule is told the parts of a cycle: `gone` is the time since the last
#: read-out, `since` that since the last mark, ms.
PHASE_BEGIN = f"""
phase = phase*int(due < 0.5)
gone = gone*int(due < 0.5) + {DT_MS!r}
since = since*int(mark < 0.5) + {DT_MS!r}
was = armed
"""
PHASES = "phase : 1\ngone : 1\nsince : 1\nmark : 1\nturn : 1\nspan : 1\nwas : 1\n"
#: What cells need to pass it on: the length of the part that ends now, ms, and whether it counts.
CELL_PHASES = """
mark : 1 (linked)
turn : 1 (linked)
span : 1 (linked)
turn_kin : 1
span_kin : 1
"""
MARK, PARTED = "mark_phase", "part_ends"
PHASE_EVENTS = {MARK: "mark > 0.5", PARTED: "mark > 0.5 or due > 0.5"}
CELL_PARTED = "turn_kin = turn\nspan_kin = span\n"


def pathways(code: KinaseCode, learning: Learning) -> tuple[str, str, str]:
    """Write what plastic synapses do at the event.

    Returns
    -------
    tuple of str
        What the synapse's model needs besides; the code of the first pathway; the code of the second
        ("" if there is none), which finds in the receiving cell the sums the first has made. Synapses
        without conductance, cut or there to fill up an array, count for nothing.
    """
    whole = f"weight*({' + '.join(f'w_{receptor}' for receptor in RECEPTORS)})"
    if learning.homeostasis == "none":
        return "", code.on_cycle, ""
    if learning.homeostasis == "zero-sum":
        later = (
            f"dw_kin = diff_kin*room_kin*int({whole} > 0)\n"
            "sum_kin_post += dw_kin\nmany_kin_post += int(dw_kin != 0)\n"
        )
        settle = (
            "dw_kin = dw_kin - submean*int(dw_kin != 0)*sum_kin_post"
            f"/clip(many_kin_post, 1, {UNBOUNDED})\n"
            "w_kin = clip(w_kin + dw_kin, 0, 1)\n"
        )
        return "dw_kin : 1\n", code.on_cycle.replace(LEARN, later), settle
    sums = f"whole_kin = {whole}\nsum_kin_post += whole_kin*efficacy\nmany_kin_post += whole_kin\n"
    return "", code.on_cycle, sums


def cell_after(learning: Learning) -> str:
    """Write what a cell does after the event: take the sums into account and clear them."""
    scale = ""
    if learning.homeostasis == "scaling":
        # A cell without plastic synapses, or whose synapses have all gone, keeps its factor.
        scale = (
            "keep_kin = int(sum_kin > 0)*many_kin/(sum_kin + int(sum_kin <= 0)) "
            "+ int(sum_kin <= 0)*keep_kin\n"
        )
    return f"{scale}sum_kin = 0\nmany_kin = 0\n"


def scaled(code: KinaseCode, learning: Learning) -> KinaseCode:
    """Have the receiver's factor multiply the efficacy, if there is one."""
    if learning.homeostasis != "scaling":
        return code
    return replace(code, factor="efficacy*keep_kin_post")
