"""Other rules on the plastic synapses, as text for Brian2: Hebb, BCM and pair STDP, the controls.

Each collects what it would change (`e_kin`) and commits it at the same read-out, with the same soft
bound, contrast and rate as the kinase rule, so that nothing but the rule differs. The definitions
are those of `sims.plasticity.other_rules`, where they are fitted to the experiment in vitro; there the time runs in
bins, here the integrals over the exponentials between two spikes are written out.

x and y are the filtered rates of sender and receiver in spikes per `tau` (a spike adds 1):

hebb   de/dt = (x - theta)(y - theta)                    covariance (Sejnowski 1977)
bcm    de/dt = x y (y - q),  tau_q dq/dt = y^2/y0 - q    sliding threshold (Bienenstock et al. 1982)
stdp   e += x at a receiver's spike, e -= ratio y at a sender's, all pairs (Song et al. 2000)

The changes are scaled to the mean size of the kinase rule's at 25 to 50 Hz, so that one learning rate
means about the same for all.
"""

from __future__ import annotations

from dataclasses import dataclass

from circuits.learning.kinase.brian2_text import LEARN, KinaseCode
from circuits.learning.kinase.rule import contrast_text

STATES = f"""
r_kin : 1
s_kin : 1
e_kin : 1
q_kin : 1
t_kin : second
e_look : 1
w_kin : 1
efficacy = {contrast_text("w_kin")} : 1
learning : 1 (shared)
rate_kin : 1
"""


@dataclass(frozen=True)
class Rival:
    """The constants of a control rule.

    Attributes
    ----------
    tau_ms, tau_minus_ms : float
        Decay of the two traces, ms (stdp: sender's and receiver's; others use `tau_ms` for both).
    theta : float
        hebb: what is taken from both rates, spikes per tau.
    tau_q_ms, y0 : float
        bcm: how slowly the threshold follows, ms, and the receiver's rate (spikes per tau) at which
        a steady threshold equals the rate.
    ratio : float
        stdp: size of depression over potentiation.
    scale : float
        Factor on every change.
    """

    tau_ms: float
    scale: float
    theta: float = 0.0
    tau_q_ms: float = 1000.0
    y0: float = 1.0
    tau_minus_ms: float = 20.0
    ratio: float = 1.05


#: assumed: traces of 20 ms throughout (Song et al. 2000 for stdp, whose area is 5 % depression);
#: threshold of hebb and bcm at a mean rate of 15 Hz; the bcm threshold follows over five cycles.
RULES = {
    "hebb": Rival(tau_ms=20.0, theta=0.3, scale=0.007),
    "bcm": Rival(tau_ms=20.0, tau_q_ms=1000.0, y0=0.3, scale=0.003),
    "stdp": Rival(tau_ms=20.0, scale=0.17),
}


def rival_code(name: str) -> KinaseCode:
    """Write one control rule for Brian2, with the read-out at an event or at a cycle's end."""
    rule = RULES[name]
    k = 1.0 / rule.tau_ms
    minus = 1.0 / rule.tau_minus_ms if name == "stdp" else k
    head = "h_kin = (t - t_kin)/ms\n"
    fade = f"x_fade = exp(-{k!r}*h_kin)\ny_fade = exp(-{minus!r}*h_kin)\n"
    gain = _hebb(rule) if name == "hebb" else _bcm(rule) if name == "bcm" else ""
    grown = f"e_new = e_kin + {rule.scale!r}*gain_kin\n" if gain else "e_new = e_kin\n"
    slow = f"q_kin = {_threshold(rule)}\n" if name == "bcm" else ""
    move = f"{slow}e_kin = e_new\nr_kin = r_kin*x_fade\ns_kin = s_kin*y_fade\nt_kin = t\n"
    body = head + fade + gain + grown + move
    pre, post = "r_kin += 1\n", "s_kin += 1\n"
    if name == "stdp":
        pre = f"e_kin += -{rule.scale * rule.ratio!r}*s_kin\n{pre}"
        post = f"e_kin += {rule.scale!r}*r_kin\n{post}"
    commit = f"""
diff_kin = learning*rate_kin*e_kin
room_kin = int(diff_kin > 0)*(1 - w_kin) + int(diff_kin <= 0)*w_kin
{LEARN}
e_kin = 0
"""
    return KinaseCode(
        model=STATES,
        on_pre=body + pre,
        on_post=body + post,
        on_cycle=body + commit,
        on_end="",
        on_look=head + fade + gain + grown + "e_look = e_new\n",
        looks={"eligibility": "e_look"},
    )


def _hebb(rule: Rival) -> str:
    tau, theta = rule.tau_ms, rule.theta
    return (
        f"gain_kin = r_kin*s_kin*{tau / 2!r}*(1 - x_fade*y_fade) "
        f"- {theta * tau!r}*(r_kin + s_kin)*(1 - x_fade) + {theta**2!r}*h_kin\n"
    )


def _bcm(rule: Rival) -> str:
    """Integral of x y (y - q): y^2 drives q, which also decays by itself."""
    k, slow = 1.0 / rule.tau_ms, 1.0 / rule.tau_q_ms
    driven = slow / rule.y0 / (slow - 2 * k)  # q(h) = (q0 - A y^2) e^-slow h + A y^2 e^-2k h
    own, fast = 2 * k + slow, 4 * k
    return (
        f"lift_kin = {driven!r}*s_kin*s_kin\n"
        f"gain_kin = r_kin*s_kin*(s_kin*{1 / (3 * k)!r}*(1 - x_fade**3) "
        f"- (q_kin - lift_kin)*{1 / own!r}*(1 - exp(-{own!r}*h_kin)) "
        f"- lift_kin*{1 / fast!r}*(1 - x_fade**4))\n"
    )


def _threshold(rule: Rival) -> str:
    return f"(q_kin - lift_kin)*exp(-{1.0 / rule.tau_q_ms!r}*h_kin) + lift_kin*x_fade*x_fade"
