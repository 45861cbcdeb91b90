"""Other rules on the plastic synapses, as text for Brian2: Hebb, BCM, pair STDP and the plain delta rule.

Each collects what it would change (`e_kin`) and commits it at the same read-out, with the same traces of
sender and receiver, bound, contrast, homeostasis and rate as the kinase rule, so that nothing but
the rule differs. x and y are those traces; a spike adds 1. The integrals over the exponentials between
two spikes are written out; `circuits.learning.replay` has the same definitions on recorded spikes::

    hebb   de/dt = (x - theta_x)(y - theta_y)                      covariance (Sejnowski 1977)
    bcm    de/dt = x y (y - q),  tau_q dq/dt = y^2/theta_y - q     sliding threshold (Bienenstock et al. 1982)
    stdp   e += x at a receiver's spike, e -= ratio y at a sender's, all pairs (Song et al. 2000)
    delta  mean of x y in the outcome less its mean in the prediction

theta is what a trace is at the mean rates of `Learning`. `delta` is told where the prediction and the outcome
begin (`circuits.learning.readout.phase_step`): it is the most that a rule of these traces can know of the error.

The changes are scaled to the size of the kinase rule's on the same made-up spikes (`sizes`), so that
one learning rate means about the same for all.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from circuits.learning.kinase.brian2_text import LEARN, KinaseCode
from circuits.learning.kinase.rule import Floats, KinaseRule, contrast_text, room_text
from circuits.learning.record import Learning
from circuits.learning.replay.changes import Rule, delta, kinase, product_rule
from circuits.learning.replay.product_rules import STDP_AREA, TAU_Q_MS, Traces

#: `q_kin` is how far the threshold of BCM lies above that of the mean rate, `f_kin` the mean product of
#: the prediction.
STATES = f"""
r_kin : 1
s_kin : 1
e_kin : 1
f_kin : 1
q_kin : 1
t_kin : second
e_look : 1
w_kin : 1
efficacy = {contrast_text("w_kin")} : 1
learning : 1 (shared)
rate_kin : 1
"""
#: Made-up spikes on which changes are scaled: synapses, cycles, and the two parts of a cycle, ms.
SYNAPSES, CYCLES = 64, 40
PREDICTION_MS, OUTCOME_MS = 150.0, 50.0


def rival_code(learning: Learning) -> KinaseCode:
    """Write a control rule for Brian2, with the read-out at an event or at a cycle's end."""
    name, traces = learning.rule, learning.traces
    scale = scale_of(name, learning)
    head = "h_kin = (t - t_kin)/ms\n"
    fade = (
        f"x_fade = exp(-{1 / traces.pre_ms!r}*h_kin)\ny_fade = exp(-{1 / traces.post_ms!r}*h_kin)\n"
    )
    gain, slow = "", ""
    if name == "hebb":
        gain = _hebb(traces)
    elif name == "bcm":
        gain, slow = _bcm(traces), f"q_kin = {_threshold(traces)}\n"
    elif name == "delta":
        gain = f"gain_kin = r_kin*s_kin*{_area('x_fade*y_fade', 1 / traces.pre_ms + 1 / traces.post_ms)}\n"
    grown = "e_new = e_kin + gain_kin\n" if gain else "e_new = e_kin\n"
    body = (
        f"{head}{fade}{gain}{grown}{slow}"
        "e_kin = e_new\nr_kin = r_kin*x_fade\ns_kin = s_kin*y_fade\nt_kin = t\n"
    )
    pre, post = "r_kin += 1\n", "s_kin += 1\n"
    if name == "stdp":
        pre = f"e_kin += -{STDP_AREA * traces.pre_ms / traces.post_ms!r}*s_kin\n{pre}"
        post = f"e_kin += r_kin\n{post}"
    found = "turn_kin_post*(e_kin/span_kin_post - f_kin)" if name == "delta" else "e_kin"
    commit = (
        f"diff_kin = learning*rate_kin*{scale!r}*{found}\n"
        f"{room_text(learning.softness)}\n"
        f"{LEARN}\ne_kin = 0\n"
    )
    mark = "f_kin = turn_kin_post*e_kin/span_kin_post\ne_kin = 0\n" if name == "delta" else ""
    return KinaseCode(
        model=STATES,
        on_pre=body + pre,
        on_post=body + post,
        on_cycle=body + commit,
        on_end="",
        on_look=f"{head}{fade}{gain}{grown}e_look = {scale!r}*e_new\n",
        looks={"eligibility": "e_look"},
        on_mark=body + mark if mark else "",
    )


def _area(fade: str, rate: float) -> str:
    """Integral of exp(-rate t) over the time since the last event, of which `fade` is the value now."""
    return f"{1 / rate!r}*(1 - {fade})"


def _hebb(traces: Traces) -> str:
    a, b = 1 / traces.pre_ms, 1 / traces.post_ms
    over_x, over_y = traces.theta
    return (
        f"gain_kin = r_kin*s_kin*{_area('x_fade*y_fade', a + b)} "
        f"- {over_y!r}*r_kin*{_area('x_fade', a)} - {over_x!r}*s_kin*{_area('y_fade', b)} "
        f"+ {over_x * over_y!r}*h_kin\n"
    )


def _bcm(traces: Traces) -> str:
    """Integral of x y (y - q): y^2 drives q, which also decays by itself."""
    a, b, slow, theta = 1 / traces.pre_ms, 1 / traces.post_ms, 1 / TAU_Q_MS, traces.theta[1]
    driven = slow / theta / (slow - 2 * b)  # q(h) = (q0 - A y^2) e^-slow h + A y^2 e^-2b h
    own = a + b + slow
    return (
        f"lift_kin = {driven!r}*s_kin*s_kin\n"
        f"gain_kin = r_kin*s_kin*(s_kin*{_area('x_fade*y_fade*y_fade', a + 2 * b)} "
        f"- (q_kin + {theta!r} - lift_kin)*{_area(f'exp(-{own!r}*h_kin)', own)} "
        f"- lift_kin*{_area('x_fade*y_fade**3', a + 3 * b)})\n"
    )


def _threshold(traces: Traces) -> str:
    theta = traces.theta[1]
    return (
        f"(q_kin + {theta!r} - lift_kin)*exp(-{1 / TAU_Q_MS!r}*h_kin) "
        f"+ lift_kin*y_fade*y_fade - {theta!r}"
    )


def scale_of(name: str, learning: Learning) -> float:
    """Give the factor that makes a control rule's changes as large as the kinase rule's (`sizes`)."""
    found = sizes(learning.kinase, learning.traces)
    return float(f"{found['kinase'] / found[name]:.3g}")


@lru_cache(maxsize=8)
def sizes(rule: KinaseRule, traces: Traces) -> dict[str, float]:
    """Measure how much rules change synapses on the same made-up spikes.

    Senders and receivers fire as Poisson processes with the mean rates of the thresholds; the rates are
    drawn anew (exponentially distributed) for each prediction and each outcome.

    Parameters
    ----------
    rule : KinaseRule
    traces : Traces

    Returns
    -------
    dict of str to float
        By rule, "kinase" among them: the standard deviation over synapses, mean over cycles.
    """
    rng = np.random.default_rng(0)
    edges = np.cumsum([PREDICTION_MS, OUTCOME_MS] * CYCLES)
    reads, bursts = edges[1::2], edges[::2]
    pre, post = (_poisson(rng, hz, edges) for hz in (traces.pre_hz, traces.post_hz))
    rules: dict[str, Rule] = {"kinase": kinase(rule)}
    rules |= {name: product_rule(name, traces) for name in ("hebb", "bcm", "stdp")}
    rules["delta"] = delta(
        traces, np.column_stack((reads - PREDICTION_MS - OUTCOME_MS, bursts, reads))
    )
    return {name: float(one(pre, post, reads).std(axis=0).mean()) for name, one in rules.items()}


def _poisson(rng: np.random.Generator, mean_hz: float, edges: Floats) -> Floats:
    """Draw spikes of `SYNAPSES` cells, whose rates change at edges; ms, padded with inf."""
    lasts = np.diff(edges, prepend=0.0)
    hz = rng.exponential(mean_hz, (SYNAPSES, edges.size))
    many = rng.poisson(hz * lasts * 1e-3)
    out = np.full((SYNAPSES, max(1, int(many.sum(axis=1).max()))), np.inf)
    for row, count in zip(out, many, strict=True):
        part = np.repeat(np.arange(edges.size), count)
        row[: part.size] = np.sort(edges[part] - lasts[part] * rng.uniform(size=part.size))
    return out
