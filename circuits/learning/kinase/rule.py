"""The kinase learning rule: two integrals of one calcium signal compete for the synapse.

A fast integral (CaMKII, towards LTP) and a slow one (DAPK1, towards LTD) of calcium-bound calmodulin
are subtracted at the end of a theta cycle. What rose during the cycle strengthens, what fell weakens,
what stayed level does nothing, whatever its level.

The states of a synapse, all dimensionless, time in ms::

    r   <- r + spike/tau_pre   at a presynaptic spike,   dr/dt = -r/tau_pre
    s   <- s + spike/tau_post  at a postsynaptic spike,  ds/dt = -s/tau_post
    C   =  gain * r * s                                  calcium: coincidence of the two
    dM/dt = (C - M)/tau_cam                              calmodulin (CaM)
    dP/dt = (M - P)/tau_fast                             CaMKII (CaP)
    dD/dt = (P - D)/tau_slow   cascade                   DAPK1 (CaD)
    dD/dt = (M - D)/tau_slow   parallel
    dw  =  rate * (fast_scale * P - D) * bound(w)        once per cycle

Between spikes C is one exponential, so the whole chain is linear and is integrated exactly from event
to event (`circuits.learning.kinase.exact`); nothing has to be stepped.

Sources: O'Reilly 2026 (arXiv 2606.08720), the parallel form; emer/axon (`learn.goal`, `kinase/`), the
cascade, its constants and the synaptic trace product `CaSyn_send * CaSyn_recv`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from circuits.errors import CtloopError, UnknownName

Floats = npt.NDArray[np.float64]

#: The theta cycle for which the constants of Axon are stated, ms.
THETA_MS = 200.0
#: The outcome of that cycle, its last quarter, ms.
OUTCOME_MS = 50.0


@dataclass(frozen=True)
class KinaseRule:
    """The constants of one kinase synapse.

    Parameters
    ----------
    form : "cascade" or "parallel"
        Whether the slow integral is fed by the fast one or by calmodulin itself.
    tau_pre_ms, tau_post_ms : float
        Decay of the spike traces, ms, above 0 (Axon: 30, "20 is definitely worse").
    tau_cam_ms, tau_fast_ms, tau_slow_ms : float
        Calmodulin, CaMKII and DAPK1, ms, above 0 (Axon: 5, 40, 40).
    spike : float
        Area of a trace per spike; the trace jumps by spike/tau (Axon: 8).
    gain : float
        Calcium per unit product of the traces (Axon: 8).
    saturation : float or None
        K of C/(1 + C/K), above 0; None leaves calcium linear. The saturation acts on the calcium
        *peak left by each spike*, which then decays as a coincidence does: the chain stays linear
        between spikes and stays exact. (Taken at every instant, C/(1+C/K) of an exponential is
        logistic and has no elementary integral.)
    fast_scale : float
        Weight of the fast integral in the difference (Axon's CaPScale: 1, or 0.95 in deep nets).
    rate : float
        Learning rate, 0 or more.
    silence_ms, silence_fraction : float
        Self-timed read-out without a dendrite: dw is what it was `silence_ms` after the last spike,
        committed once the slow integral has fallen to this fraction of its value then.
    latch_ms : float
        Self-timed read-out with a dendrite: dw is what it was this long before the dendrite was seen
        to have repolarised (a membrane takes about this long to fall).

    Raises
    ------
    CtloopError
        For a constant that is not positive, or a slow integral that is not the slower one.
    """

    form: Literal["cascade", "parallel"] = "cascade"
    tau_pre_ms: float = 30.0
    tau_post_ms: float = 30.0
    tau_cam_ms: float = 5.0
    tau_fast_ms: float = 40.0
    tau_slow_ms: float = 40.0
    spike: float = 8.0
    gain: float = 8.0
    saturation: float | None = None
    fast_scale: float = 1.0
    rate: float = 1.0
    silence_ms: float = 10.0
    silence_fraction: float = 0.5
    latch_ms: float = 20.0

    def __post_init__(self) -> None:
        for name in ("tau_pre_ms", "tau_post_ms", "tau_cam_ms", "tau_fast_ms", "tau_slow_ms"):
            if not getattr(self, name) > 0:
                msg = f"{name} must be above 0 ms, not {getattr(self, name)}"
                raise CtloopError(msg)
        if self.form not in ("cascade", "parallel"):
            raise UnknownName("form of the kinase rule", str(self.form), ("cascade", "parallel"))
        slower = self.tau_slow_ms >= self.tau_fast_ms
        if not slower or (self.form == "parallel" and self.tau_slow_ms == self.tau_fast_ms):
            msg = (
                f"the fast integral must be faster than the slow one: tau_fast_ms "
                f"{self.tau_fast_ms} against tau_slow_ms {self.tau_slow_ms} ({self.form} form)"
            )
            raise CtloopError(msg)
        if self.saturation is not None and not self.saturation > 0:
            msg = f"saturation must be above 0 (or None), not {self.saturation}"
            raise CtloopError(msg)

    @property
    def decay_per_ms(self) -> tuple[float, float, float, float]:
        """Rates of calcium, calmodulin, fast and slow integral, 1/ms."""
        calcium = 1.0 / self.tau_pre_ms + 1.0 / self.tau_post_ms
        return calcium, 1.0 / self.tau_cam_ms, 1.0 / self.tau_fast_ms, 1.0 / self.tau_slow_ms

    @property
    def pair_calcium(self) -> float:
        """Calcium left by one exactly coincident pair of spikes, a natural unit for `saturation`."""
        return self.gain * (self.spike / self.tau_pre_ms) * (self.spike / self.tau_post_ms)

    def calcium(self, pre: Floats, post: Floats) -> Floats:
        """Calcium just after a spike, from the two traces (same shapes; dimensionless)."""
        linear = self.gain * pre * post
        return linear if self.saturation is None else linear / (1.0 + linear / self.saturation)

    def scaled(self, window_ms: float) -> KinaseRule:
        """Scale every time constant to a cycle that lasts `window_ms`.

        Axon scales tau_P and tau_D as 40 * window/200 and leaves spike traces and calmodulin; in
        windows of 50 ms that leaves a third of clear pairs of rates with the wrong sign, scaling all
        five leaves none (`sims.plasticity.maps`).
        """
        if not window_ms > 0:
            msg = f"a window must be longer than 0 ms, not {window_ms}"
            raise CtloopError(msg)
        k = window_ms / THETA_MS
        return replace(
            self,
            tau_pre_ms=self.tau_pre_ms * k,
            tau_post_ms=self.tau_post_ms * k,
            tau_cam_ms=self.tau_cam_ms * k,
            tau_fast_ms=self.tau_fast_ms * k,
            tau_slow_ms=self.tau_slow_ms * k,
        )


#: Named rules. The cascade is the default: at the read-out of a window that starts from rest it gives
#: the small positive flats and the LTD smaller than LTP of Jang et al. 2026 with no further constant,
#: and a steady input gives exactly nothing because its two integrals have the same gain and memory.
RULES: dict[str, KinaseRule] = {
    "cascade": KinaseRule(),
    "parallel": KinaseRule(form="parallel", tau_fast_ms=20.0, tau_slow_ms=40.0),
    "cascade-saturating": KinaseRule(saturation=KinaseRule().pair_calcium),
}


def named_rule(name: str) -> KinaseRule:
    """Look up a rule by name: "cascade" (default), "parallel" or "cascade-saturating".

    "cascade" is Axon's chain CaM -> CaP -> CaD; "parallel" is O'Reilly 2026, two leaky integrals
    (20 and 40 ms, the paper's web demonstration) of one driver.
    """
    if name not in RULES:
        raise UnknownName("kinase rule", name, RULES)
    return RULES[name]


#: Exponent of the sigmoid between linear and effective weight (Axon's gain of 6).
CONTRAST_SLOPE = 6


def room(change: Floats, weight: Floats, softness: float = 1.0) -> Floats:
    """Give the factor by which a change fades as its weight nears the end it goes to, 0 or 1.

    Parameters
    ----------
    change : array
        Only its sign counts.
    weight : array that broadcasts
        Linear weight, 0-1.
    softness : float
        0-1. 1 is Axon's soft bound: the factor is how far the end is. 0 is a hard bound: .5 everywhere, and
        the end stops the weight. Between them, .5 (2 far)**softness (Guetig et al. 2003); .5 at a weight
        of .5 for any, so that a learning rate means the same there.

    Returns
    -------
    array
        0-1.
    """
    far = np.where(change > 0, 1.0 - weight, weight)
    if softness == 1.0:
        return far
    factor: Floats = 0.5 * (2.0 * far) ** softness
    return factor


def room_text(softness: float = 1.0) -> str:
    """Write `room` for Brian2: the statement that finds `room_kin` from `diff_kin` and `w_kin`."""
    far = "int(diff_kin > 0)*(1 - w_kin) + int(diff_kin <= 0)*w_kin"
    if softness == 1.0:
        return f"room_kin = {far}"
    if softness == 0.0:
        return "room_kin = 0.5"
    return f"room_kin = 0.5*(2*({far}))**{softness!r}"


def bounded(
    rate: Floats | float, difference: Floats, weight: Floats, softness: float = 1.0
) -> Floats:
    """Weight after one read-out: the change fades towards 0 and 1 (`room`).

    Parameters
    ----------
    rate : float or array that broadcasts
        Learning rate.
    difference : array
        fast_scale * P - D at the read-out; NaN means no read-out and changes nothing.
    weight : array, same shape
        Linear weight, 0..1.
    softness : float
        Of the bound, 0-1: 1 is Axon's.

    Returns
    -------
    array
        w + rate * d * (1 - w) for d > 0, w + rate * d * w for d < 0 if softness is 1, clipped to 0..1.
    """
    change = rate * np.nan_to_num(difference)
    result: Floats = np.clip(weight + change * room(change, weight, softness), 0.0, 1.0)
    return result


def contrast(weight: Floats, scale: Floats | float = 1.0, slope: float = CONTRAST_SLOPE) -> Floats:
    """Effective weight: the linear weight through a sigmoid that sharpens differences.

    Axon: scale * 2/(1 + ((1 - w)/w)^6), `scale` at w = 0.5, 0 at w = 0 and twice `scale` at w = 1.

    Parameters
    ----------
    weight : array
        Linear weight, 0..1.
    scale : array or float
        The structural weight (Axon's SWt), in the unit wanted.
    slope : float
        Exponent, above 0.
    """
    up, down = weight**slope, (1.0 - weight) ** slope
    result: Floats = scale * 2.0 * up / (up + down)
    return result


def contrast_text(weight: str) -> str:
    """Write `contrast`, at the scale 1, as Brian2 takes it; `weight` is a variable's name."""
    up, down = f"{weight}**{CONTRAST_SLOPE}", f"(1 - {weight})**{CONTRAST_SLOPE}"
    return f"2*{up}/({up} + {down})"
