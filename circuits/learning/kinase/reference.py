"""The kinase synapse stepped by a clock: the slow reference that the exact form is measured against.

Tests and the benchmark use it, no simulation does. `stepped` advances every synapse at every step, with
the step's own exact propagator; `clocked_code` and `clocked_equations` are the same for Brian2.
`cycle_differences` is the read-out at given times.
"""

from __future__ import annotations

import numpy as np

from circuits.errors import CtloopError
from circuits.learning.kinase.brian2_text import calcium_text
from circuits.learning.kinase.exact import Exact, State
from circuits.learning.kinase.rule import Floats, KinaseRule
from circuits.learning.kinase.trains import states_at


def stepped(
    rule: KinaseRule, pre_ms: Floats, post_ms: Floats, duration_ms: float, dt_ms: float
) -> State:
    """States at every step, for spikes that lie on the grid.

    Parameters
    ----------
    rule : KinaseRule
    pre_ms, post_ms : array (synapses, spikes)
        Spike times, ms, padded with inf; taken at the nearest step.
    duration_ms, dt_ms : float
        Length and step, ms, above 0.

    Returns
    -------
    State
        Arrays (synapses, steps + 1); column k is the state at k * dt_ms, spikes of that step included.
    """
    if not (duration_ms > 0 and dt_ms > 0):
        msg = f"duration_ms and dt_ms must be above 0, not {duration_ms} and {dt_ms}"
        raise CtloopError(msg)
    steps = round(duration_ms / dt_ms)
    counts = [_counts(t, steps, dt_ms) for t in (pre_ms, post_ms)]
    exact, h = Exact(rule), np.full(counts[0].shape[0], dt_ms)
    state = exact.spiked(State.rest(h.shape), counts[0][:, 0], counts[1][:, 0])
    track = [state]
    for k in range(1, steps + 1):
        state = exact.spiked(exact.after(state, h), counts[0][:, k], counts[1][:, k])
        track.append(state)
    names = ("pre", "post", "calcium", "cam", "fast", "slow")
    return State(*(np.stack([getattr(s, n) for s in track], axis=1) for n in names))


def _counts(times_ms: Floats, steps: int, dt_ms: float) -> Floats:
    """Spikes per step, (synapses, steps + 1)."""
    times = np.atleast_2d(times_ms)
    counts = np.zeros((times.shape[0], steps + 1))
    row, column = np.nonzero(np.isfinite(times))
    step = np.rint(times[row, column] / dt_ms).astype(np.int64)
    inside = step <= steps
    np.add.at(counts, (row[inside], step[inside]), 1.0)
    return counts


def clocked_code(rule: KinaseRule, dt_ms: float) -> tuple[str, str, str]:
    """Write the same synapse stepped by a clock: the reference of the benchmark.

    Returns
    -------
    tuple of str
        `run_regularly` statements for every step of `dt_ms`, and the code of the two pathways. The
        constants of a step are worked out here, so that a step costs a dozen multiplications.
    """

    def one(which: str) -> State:
        fields = ("pre", "post", "calcium", "cam", "fast", "slow")
        unit = State(*(np.array([1.0 if f == which else 0.0]) for f in fields))
        return Exact(rule).after(unit, np.array([dt_ms]))

    c, m, p, d = (one(n) for n in ("calcium", "cam", "fast", "slow"))

    def k(x: object) -> str:
        return repr(float(np.asarray(x).item()))

    # Calcium is a state here: saturated at a spike, it then decays like the traces' product.
    step = f"""d_kin = d_kin*{k(d.slow)} + p_kin*{k(p.slow)} + m_kin*{k(m.slow)} + c_look*{k(c.slow)}
p_kin = p_kin*{k(p.fast)} + m_kin*{k(m.fast)} + c_look*{k(c.fast)}
m_kin = m_kin*{k(m.cam)} + c_look*{k(c.cam)}
c_look = c_look*{k(c.calcium)}
r_kin = r_kin*{float(np.exp(-dt_ms / rule.tau_pre_ms))!r}
s_kin = s_kin*{float(np.exp(-dt_ms / rule.tau_post_ms))!r}
"""
    jump = f"\n{calcium_text(rule)}\nc_look = c_now\n"
    pre = f"r_kin += {rule.spike / rule.tau_pre_ms!r}{jump}"
    post = f"s_kin += {rule.spike / rule.tau_post_ms!r}{jump}"
    return step, pre, post


def clocked_equations(rule: KinaseRule) -> tuple[str, str, str]:
    """Write the rule as the differential equations it is, for Brian2 to step.

    Returns
    -------
    tuple of str
        Model with clock-driven equations, and the code of the two pathways.
    """
    source = "p_kin" if rule.form == "cascade" else "m_kin"
    calcium = 1.0 / rule.decay_per_ms[0]
    model = f"""
dr_kin/dt = -r_kin/({rule.tau_pre_ms!r}*ms) : 1 (clock-driven)
ds_kin/dt = -s_kin/({rule.tau_post_ms!r}*ms) : 1 (clock-driven)
dc_look/dt = -c_look/({calcium!r}*ms) : 1 (clock-driven)
dm_kin/dt = (c_look - m_kin)/({rule.tau_cam_ms!r}*ms) : 1 (clock-driven)
dp_kin/dt = (m_kin - p_kin)/({rule.tau_fast_ms!r}*ms) : 1 (clock-driven)
dd_kin/dt = ({source} - d_kin)/({rule.tau_slow_ms!r}*ms) : 1 (clock-driven)
w_kin : 1
learning : 1 (shared)
rate_kin : 1 (shared)
"""
    _, pre, post = clocked_code(rule, 1.0)
    return model, pre, post


def cycle_differences(rule: KinaseRule, pre_ms: Floats, post_ms: Floats, read_ms: Floats) -> Floats:
    """Read out at the end of given cycles: fast_scale * P - D, shape (synapses, reads)."""
    return Exact(rule).difference(states_at(rule, pre_ms, post_ms, read_ms))
