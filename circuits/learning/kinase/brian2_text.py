"""The kinase rule as text for Brian2: equations and event code that can be added to any pathway.

Nothing here is stepped. The synapse keeps the time of its last spike and its states just after it; a
spike or a read-out carries them forward by the closed form, written out for the constants of the
rule. Equal and nearly equal constants are safe (Brian2's own `method="exact"` divides by zero there).

`made_plastic` adds it to the model and the spike code of any pathway: `w_kin` is the linear weight and
`efficacy` (1 at w_kin = 0.5) multiplies what the pathway does, so the rule goes with any receptor and
any short-term plasticity. `learning` (shared, 0 or 1) freezes it without rebuilding.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from circuits.errors import UnknownName
from circuits.learning.kinase.exact import cluster_series, is_close
from circuits.learning.kinase.rule import KinaseRule, contrast_text, room_text

#: When a synapse can be read out.
READOUTS = ("cycle", "silence", "dendrite")

#: Rates further apart than this (relative to the larger) are plainly subtracted, which is quickest and
#: at steps of 0.01 ms and more still leaves eight digits of the deepest stage; nearer ones go by exprel.
DISTINCT = 0.3

#: The statement by which a read-out changes the weight.
LEARN = "w_kin = clip(w_kin + diff_kin*room_kin, 0, 1)"
#: What a monitor keeps of a synapse: name and variable.
LOOKS = {"calcium": "c_look", "cam": "m_look", "fast": "p_look", "slow": "d_look"}

STATES = f"""
r_kin : 1
s_kin : 1
m_kin : 1
p_kin : 1
d_kin : 1
t_kin : second
fresh_kin : 1
c_look : 1
m_look : 1
p_look : 1
d_look : 1
w_kin : 1
efficacy = {contrast_text("w_kin")} : 1
learning : 1 (shared)
rate_kin : 1
"""

#: Needed by a postsynaptic neuron for the self-timed read-out: since when its dendrite is at rest again.
DENDRITE = """
fall_kin : second
armed_kin : 1
"""


@dataclass(frozen=True)
class KinaseCode:
    """Brian2 text of one plastic synapse.

    `model` holds the equations, `on_pre` and `on_post` the code of the two pathways (put it before
    what the pathway does itself), `on_cycle` the read-out at the end of a given cycle, to be run with
    `synapses.run_regularly(code.on_cycle, dt=cycle)`. `on_end` resolves a self-timed synapse once at
    the end of a run (empty otherwise). `on_look` brings `c_look`, `m_look`, `p_look`, `d_look` up to the
    present for a monitor and changes nothing else. `neuron_model`, `neuron_reset` and `neuron_step` are what the
    postsynaptic group needs for the self-timed read-out (empty otherwise): equations, code after a
    spike, and a `run_regularly` statement per step that reads `{v}` and `{v_rest}`. `looks` names
    what `on_look` brings up to date; `factor` multiplies every conductance. `on_mark` is run where the
    prediction and the outcome begin (`circuits.learning.readout.phase_step`), empty where a rule need not be told.
    """

    model: str
    on_pre: str
    on_post: str
    on_cycle: str
    on_end: str
    on_look: str
    neuron_model: str = ""
    neuron_reset: str = ""
    neuron_step: str = ""
    looks: Mapping[str, str] = field(default_factory=lambda: LOOKS)
    factor: str = "efficacy"
    on_mark: str = ""


class _Writer:
    """Writes convolutions of exponentials as Brian2 statements, each needed one once."""

    def __init__(self, time: str, prefix: str) -> None:
        self.time, self.prefix = time, prefix
        self.lines: list[str] = []
        self.known: dict[tuple[float, ...], str] = {}

    def convolution(self, rates: tuple[float, ...]) -> str:
        """Name of the variable that holds the convolution of these rates (ms^order)."""
        key = tuple(sorted(rates))
        if key not in self.known:
            text = self._text(key)
            name = f"{self.prefix}{len(self.known)}"
            self.lines.append(f"{name} = {text}")
            self.known[key] = name
        return self.known[key]

    def _text(self, rates: tuple[float, ...]) -> str:
        t, order = self.time, len(rates) - 1
        if order == 0:
            return f"exp(-{rates[0]!r}*{t})"
        if order == 1 and rates[0] == rates[1]:
            return f"{t}*{self.convolution(rates[:1])}"
        if order == 1 and rates[1] - rates[0] < DISTINCT * rates[1]:
            slow = self.convolution(rates[:1])
            return f"{t}*{slow}*exprel(-{rates[1] - rates[0]!r}*{t})"
        if order > 1 and is_close(rates):
            mean, series = cluster_series(rates)
            if rates[0] == rates[-1]:
                series = series[:1]
            powers = "".join(f" + {t}*({c!r}" for c in series[1:]) + ")" * (len(series) - 1)
            return f"exp(-{mean!r}*{t})*{t}**{order}*({series[0]!r}{powers})"
        slow, fast = self.convolution(rates[:-1]), self.convolution(rates[1:])
        return f"({slow} - {fast})*{1.0 / (rates[-1] - rates[0])!r}"


def calcium_text(rule: KinaseRule) -> str:
    """Write the calcium just after the synapse's last spike, as `KinaseRule.calcium` has it."""
    linear = f"{rule.gain!r}*r_kin*s_kin"
    if rule.saturation is None:
        return f"c_now = {linear}"
    return f"c_now = {linear}/(1 + {linear}/{rule.saturation!r})"


def _advance(rule: KinaseRule, time: str, prefix: str) -> tuple[str, dict[str, str]]:
    """Statements that carry the states forward by `time` (ms), and the text of the new values."""
    c, m, p, d = rule.decay_per_ms
    write = _Writer(time, prefix)
    k = write.convolution
    values = {
        "m": f"m_kin*{k((m,))} + {m!r}*c_now*{k((c, m))}",
        "p": f"p_kin*{k((p,))} + {p!r}*(m_kin*{k((m, p))} + {m!r}*c_now*{k((c, m, p))})",
    }
    if rule.form == "cascade":
        deep = f"m_kin*{k((m, p, d))} + {m!r}*c_now*{k((c, m, p, d))}"
        values["d"] = f"d_kin*{k((d,))} + {d!r}*(p_kin*{k((p, d))} + {p!r}*({deep}))"
    else:
        deep = f"m_kin*{k((m, d))} + {m!r}*c_now*{k((c, m, d))}"
        values["d"] = f"d_kin*{k((d,))} + {d!r}*({deep})"
    return "\n".join(write.lines), values


def _commit(rule: KinaseRule, fast: str, slow: str, due: str, softness: float) -> str:
    """Add the difference to the weight, bounded, where `due` is 1."""
    return f"""
diff_kin = {due}*learning*rate_kin*({rule.fast_scale!r}*({fast}) - ({slow}))
{room_text(softness)}
{LEARN}
"""


def kinase_code(rule: KinaseRule, readout: str = "cycle", softness: float = 1.0) -> KinaseCode:
    """Write one rule with one read-out for Brian2.

    Parameters
    ----------
    rule : KinaseRule
    readout : "cycle", "silence" or "dendrite"
        "cycle" learns when `on_cycle` is run; "silence" and "dendrite" are self-timed (see
        `circuits.learning.kinase.trains.self_timed`) and resolved at the synapse's next spike.
    softness : float
        Of the bound, 0-1 (`circuits.learning.kinase.rule.room`).
    """
    if readout not in READOUTS:
        raise UnknownName("read-out", readout, READOUTS)
    lines, new = _advance(rule, "h_kin", "k_")
    head = f"h_kin = (t - t_kin)/ms\n{calcium_text(rule)}\n{lines}\n"
    names = "\n".join(f"{v}_new = {text}" for v, text in new.items())
    traces = f"decay_kin = exp(-{1.0 / rule.tau_pre_ms!r}*h_kin)\nr_kin = r_kin*decay_kin\n"
    if rule.tau_post_ms != rule.tau_pre_ms:
        traces += f"decay_kin = exp(-{1.0 / rule.tau_post_ms!r}*h_kin)\n"
    traces += "s_kin = s_kin*decay_kin"
    move = f"""
{traces}
m_kin = m_new
p_kin = p_new
d_kin = d_new
t_kin = t
"""
    settle = ""
    if readout != "cycle":
        settle = _self_timed(rule, readout, softness)
    body = f"{head}{names}\n{settle}{move}"
    jump = {n: f"{n}_kin += {rule.spike / tau!r}\n" for n, tau in
            (("r", rule.tau_pre_ms), ("s", rule.tau_post_ms))}  # fmt: skip
    cycle = f"{head}{names}\n" + _commit(rule, "p_new", "d_new", "1", softness)
    look = "".join(f"{n}_look = {n}_new\n" for n in new)
    look += f"c_look = c_now*exp(-{rule.decay_per_ms[0]!r}*h_kin)\n"
    dendrite = readout == "dendrite"
    return KinaseCode(
        model=STATES,
        on_pre=body + jump["r"],
        on_post=body + jump["s"],
        on_cycle=cycle if readout == "cycle" else "",
        on_look=f"{head}{names}\n{look}",
        on_end=f"{head}{names}\n{settle}" if readout != "cycle" else "",
        neuron_model=DENDRITE if dendrite else "",
        neuron_reset="armed_kin = 1\n" if dendrite else "",
        neuron_step=(
            "fall_kin = fall_kin*int(not (armed_kin > 0 and {v} < {v_rest})) "
            "+ t*int(armed_kin > 0 and {v} < {v_rest})\n"
            "armed_kin = armed_kin*int({v} >= {v_rest})\n"
            if dendrite
            else ""
        ),
    )


def made_plastic(model: str, on_spike: str, code: KinaseCode) -> tuple[str, str, str]:
    """Add the rule to a pathway of any receptors and any short-term plasticity.

    Parameters
    ----------
    model, on_spike : str
        Equations of the pathway and what a presynaptic spike does; every conductance it adds to
        (`g_..._post += ...`) is multiplied by `efficacy`.
    code : KinaseCode

    Returns
    -------
    tuple of str
        Model, code of the presynaptic and of the postsynaptic pathway.
    """
    scaled = re.sub(
        r"^(\s*g_\w+_post\s*\+=\s*)(.+)$", rf"\1{code.factor}*(\2)", on_spike, flags=re.M
    )
    return model + code.model, code.on_pre + scaled, code.on_post


def lean(code: KinaseCode, *, looked_at: bool) -> KinaseCode:
    """Leave out what a synapse would hold and nothing would use: a state that no statement names.

    Parameters
    ----------
    code : KinaseCode
    looked_at : bool
        Whether `on_look` is run.
    """
    used = [code.on_pre, code.on_post, code.on_cycle, code.on_end, code.on_mark]
    text = "\n".join([*used, code.on_look] if looked_at else used)
    lines = code.model.splitlines(keepends=True)

    def needed(line: str) -> bool:
        name = re.fullmatch(r"(\w+) : [^(]+", line)
        return name is None or bool(re.search(rf"\b{name[1]}\b", text))

    return replace(code, model="".join(line for line in lines if needed(line)))


def _self_timed(rule: KinaseRule, readout: str, softness: float) -> str:
    """Statements that find out whether a read-out fell due since the last spike, and do it."""
    if readout == "silence":
        read, ready = f"{rule.silence_ms!r}", f"h_kin > {rule.silence_ms!r}"
    else:
        read = f"clip((fall_kin_post - t_kin)/ms - {rule.latch_ms!r}, 0, h_kin)"
        ready = "fall_kin_post > t_kin"
    lines, at = _advance(rule, "g_kin", "q_")
    level = f" and d_new < {rule.silence_fraction!r}*d_read" if readout == "silence" else ""
    return f"""
fresh_kin = clip(fresh_kin + int(c_now > 0), 0, 1)
g_kin = {read}
{lines}
p_read = {at["p"]}
d_read = {at["d"]}
due_kin = fresh_kin*int({ready}{level})
{_commit(rule, "p_read", "d_read", "due_kin", softness)}
fresh_kin = fresh_kin*(1 - due_kin)
"""
