"""The equations every circuit shares: one cell, one synapse, four receptors.

Inside the engine all quantities are plain numbers in mV, ms, pA, nS and pF, which fit each other
(nS mV = pA, pA/pF = mV/ms); units are checked where they come in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ReceptorKinetics:
    """How one receptor's conductance decays and which way it drives."""

    tau_ms: float
    reversal_mv: float
    source: str


#: Conductances jump at a spike and decay exponentially.
RECEPTORS: dict[str, ReceptorKinetics] = {
    "AMPA": ReceptorKinetics(2.0, 0.0, "assumed: 1.74 in thalamus (Iavarone2023)"),
    "NMDA": ReceptorKinetics(50.0, 0.0, "assumed: 43 in thalamus (Iavarone2023)"),
    "GABA_A": ReceptorKinetics(8.3, -75.0, "Iavarone2023"),
    "GABA_B": ReceptorKinetics(200.0, -95.0, "assumed: 200, -90 in HillTononi2005"),
}

#: Step of integration, and of background noise and magnesium block, ms.
DT_MS = 0.1
SLOW_DT_MS = 0.5
#: Magnesium block of NMDA channels at 1 mM, free share 1/(1 + exp(-PER_MV v)/HALF) (Jahr & Stevens
#: 1990).
MAGNESIUM_PER_MV = 0.062
MAGNESIUM_HALF = 3.57
#: Correlation time of the background current, ms (Destexhe et al. 2001 for excitatory synapses).
NOISE_TAU_MS = 5.0

#: One equation for every cell of the circuit. A cell without a T-current has gT = 0. `block` is the
#: magnesium block of NMDA (Jahr & Stevens 1990, 1 mM); the conductance it gates lasts 50 ms, so it
#: follows the potential every `SLOW_DT_MS`, which spares an exponential in every step. Rates are
#: kept as inverses (`rate_x` = 1/tau_x) because a product costs a tenth of a division. After a spike
#: v is held until `free`.
CELL = """
dv/dt = (gL*(EL - v) + gLDT*exp((v - VT)*per_DT) - w + gT*h*int(v > VhT)*(ET - v)
         + I_noise + I_ext + i_syn)*per_C*per_ms*int(t >= free) : 1
dw/dt = (a*(v - EL) - w)*rate_w*per_ms : 1
dh/dt = (int(v <= VhT)*(1 - h)*rate_h_plus - int(v > VhT)*h*rate_h_minus)*per_ms : 1
dg_AMPA/dt = -g_AMPA*rate_AMPA*per_ms : 1
dg_NMDA/dt = -g_NMDA*rate_NMDA*per_ms : 1
dg_GABA_A/dt = -g_GABA_A*rate_GABA_A*per_ms : 1
dg_GABA_B/dt = -g_GABA_B*rate_GABA_B*per_ms : 1
i_syn = g_AMPA*(E_AMPA - v) + block*g_NMDA*(E_NMDA - v)
        + g_GABA_A*(E_GABA_A - v) + g_GABA_B*(E_GABA_B - v) : 1
block : 1
I_noise : 1
I_mean : 1 (constant)
I_sd : 1 (constant)
I_ext : 1
per_C : 1 (constant)
gL : 1 (constant)
gLDT : 1 (constant)
EL : 1 (constant)
VT : 1 (constant)
per_DT : 1 (constant)
Vr : 1 (constant)
Vcut : 1 (constant)
tref : second (constant)
free : second
a : 1 (constant)
b : 1 (constant)
rate_w : 1 (constant)
rate_NMDA : 1 (constant)
gT : 1 (constant)
ET : 1 (constant)
VhT : 1 (constant)
rate_h_plus : 1 (constant)
rate_h_minus : 1 (constant)
"""
THRESHOLD = "v > Vcut"
RESET = """
v = Vr
w += b
free = t + tref
"""
#: What changes slowly is advanced every `SLOW_DT_MS`: background noise (exact for an
#: Ornstein-Uhlenbeck process) and magnesium block.
SLOW = f"""
I_noise = I_mean + (I_noise - I_mean)*keep_noise + I_sd*fresh_noise*randn()
block = 1/(1 + exp(-{MAGNESIUM_PER_MV!r}*v)/{MAGNESIUM_HALF!r})
"""

#: One equation for every synapse (Tsodyks, Pawelzik & Markram 1998), advanced at its spikes. What all
#: synapses of a projection share is a row of a table (`KINDS`), `kind` the number of the row. Of
#: its own a synapse has its `weight`, the factor on the conductances of its row, and what is left of its
#: last spike: `spent`, the share of transmitter used up; `u`; `last`, the number of the step.
#: A synapse without short-term plasticity has U = 1 and rates far above one a step.
KINDS = """
g_AMPA_kind : 1 (constant)
g_NMDA_kind : 1 (constant)
g_GABA_A_kind : 1 (constant)
g_GABA_B_kind : 1 (constant)
U_kind : 1 (constant)
rate_D_kind : 1 (constant)
rate_F_kind : 1 (constant)
"""
SYNAPSE = """
kind : integer (constant)
w_AMPA : 1 (linked)
w_NMDA : 1 (linked)
w_GABA_A : 1 (linked)
w_GABA_B : 1 (linked)
U : 1 (linked)
rate_D : 1 (linked)
rate_F : 1 (linked)
weight : 1
spent : 1
u : 1
last : integer
"""
ON_SPIKE = """
steps = last - t_in_timesteps
spent = spent*exp(steps*rate_D)
u = U + (u - U)*exp(steps*rate_F)
released = weight*u*(1 - spent)
g_AMPA_post += w_AMPA*released
g_NMDA_post += w_NMDA*released
g_GABA_A_post += w_GABA_A*released
g_GABA_B_post += w_GABA_B*released
spent = spent + u*(1 - spent)
u = u + U*(1 - u)
last = t_in_timesteps
"""
#: What stands for "no short-term plasticity", ms.
INSTANT_MS = 1e-3


def magnesium_block(v_mv: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the share of NMDA channels free of magnesium (1 mM) at a voltage (Jahr & Stevens 1990)."""
    blocked = np.exp(-MAGNESIUM_PER_MV * np.asarray(v_mv, dtype=np.float64)) / MAGNESIUM_HALF
    free: NDArray[np.float64] = 1 / (1 + blocked)
    return free
