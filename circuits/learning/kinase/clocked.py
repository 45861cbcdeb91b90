"""The kinase synapse stepped by a clock: the slow reference, and the only way with a voltage in it.

`stepped` advances every synapse at every step, with the step's own exact propagator, and is what the
event-to-event form is measured against. `voltage_driven` replaces the spike coincidence by calcium
through NMDA receptors and voltage-gated channels (O'Reilly, kinase-algorithm; Axon `learn.goal`).
"""

from __future__ import annotations

import numpy as np

from circuits.errors import CtloopError
from circuits.learning.kinase.exact import Exact, State
from circuits.learning.kinase.rule import Floats, KinaseRule


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


def nmda_calcium(opening: Floats, v_mv: Floats, gain: float = 0.006) -> Floats:
    """Calcium current through NMDA receptors at a dendritic potential (Axon, arbitrary units).

    gain * s * M(V) * (-V)/(1 - exp(0.0756 V)), M(V) = 1/(1 + (1.4/3.57) exp(-0.062 V)).

    Parameters
    ----------
    opening : array
        s, the leaky count of presynaptic spikes (1 per spike, decaying with 100 ms).
    v_mv : array, same shape
        Dendritic potential, mV.
    gain : float
        Peak conductance in Axon's units.
    """
    v = np.where(np.abs(v_mv) < 1e-6, -1e-6, v_mv)
    block = 1.0 / (1.0 + (1.4 / 3.57) * np.exp(-0.062 * v))
    result: Floats = gain * opening * block * (-v) / (1.0 - np.exp(0.0756 * v))
    return result


def voltage_driven(
    rule: KinaseRule,
    pre: Floats,
    post: Floats,
    v_mv: Floats,
    dt_ms: float,
) -> tuple[Floats, Floats, Floats]:
    """Calmodulin, fast and slow integral driven by the voltage-dependent calcium of Axon.

    Parameters
    ----------
    rule : KinaseRule
        tau_cam_ms, tau_fast_ms, tau_slow_ms and the form are used; its spike traces are not.
    pre, post : array (synapses, steps)
        Spikes in each step.
    v_mv : array (synapses, steps)
        Dendritic potential, mV.
    dt_ms : float
        Step, ms, above 0; exponential Euler, so at most 1 ms is advised.

    Returns
    -------
    tuple of array (synapses, steps)
        CaM, CaP and CaD (Axon: (Ca_nmda + Ca_vgcc)/80, VGCC 35 per spike decaying with 10 ms).
    """
    opening, vgcc = np.zeros(pre.shape[0]), np.zeros(pre.shape[0])
    cam, fast, slow = (np.zeros(pre.shape[0]) for _ in range(3))
    out = [np.zeros(pre.shape) for _ in range(3)]
    decay = [np.exp(-dt_ms / tau) for tau in (100.0, 10.0)]
    keep = [np.exp(-dt_ms / t) for t in (rule.tau_cam_ms, rule.tau_fast_ms, rule.tau_slow_ms)]
    for k in range(pre.shape[1]):
        opening = opening * decay[0] + pre[:, k]
        vgcc = vgcc * decay[1] + 35.0 * post[:, k]
        calcium = (nmda_calcium(opening, v_mv[:, k]) + vgcc) / 80.0
        cam = calcium + (cam - calcium) * keep[0]
        fast = cam + (fast - cam) * keep[1]
        source = fast if rule.form == "cascade" else cam
        slow = source + (slow - source) * keep[2]
        for store, value in zip(out, (cam, fast, slow), strict=True):
            store[:, k] = value
    return out[0], out[1], out[2]
