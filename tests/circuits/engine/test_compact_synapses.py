"""Synapses that share a table and 4-byte numbers against ones that hold ten numbers of 8 bytes each."""

from __future__ import annotations

import numpy as np
import pytest

from circuits import equations as eq
from circuits import spec
from circuits.engine import build
from circuits.engine.built import Wired
from circuits.engine.simulate import simulate
from circuits.records import STP
from circuits.spec import projections
from tiny import firing, projection

#: The equations of a synapse that holds all it needs, as they are in Tsodyks, Pawelzik & Markram (1998).
WHOLE = """
w_AMPA : 1
w_NMDA : 1
w_GABA_A : 1
w_GABA_B : 1
U : 1 (constant)
rate_D : 1 (constant)
rate_F : 1 (constant)
x : 1
u : 1
last : 1
"""
ON_SPIKE = """
now_ms = t/ms
x = 1 - (1 - x)*exp((last - now_ms)*rate_D)
u = U + (u - U)*exp((last - now_ms)*rate_F)
g_AMPA_post += w_AMPA*u*x
g_NMDA_post += w_NMDA*u*x
g_GABA_A_post += w_GABA_A*u*x
g_GABA_B_post += w_GABA_B*u*x
x = x*(1 - u)
u = u + U*(1 - u)
last = now_ms
"""


def _circuit():
    return spec.assemble(
        [firing("A.E", 400.0, count=20), firing("A.I", count=12, transmitter="inh")],
        [
            projection("A.E", "A.I", stp=STP(U=0.2, D_ms=100.0, F_ms=300.0), delay_cv=0.4,
                       receptors={"AMPA": 2.0, "NMDA": 0.5}, weight_cv=0.5),
            projection("A.E", "A.E", stp=STP(U=0.5, D_ms=400.0, F_ms=0.0), delay_cv=0.4),
            projection("A.I", "A.E", receptors={"GABA_A": 0.3, "GABA_B": 0.01}, delay_cv=0.4),
        ],
    )  # fmt: skip


def _whole_sets(plan, slices, offsets, groups, place):
    """Build one set of synapses that hold all they need, in 8 bytes a number."""
    from circuits.machine.brian import b2

    cells, known = groups[0], projections(plan.circuit)
    synapses = b2.Synapses(cells, cells, WHOLE, on_pre=ON_SPIKE, clock=cells.clock, name="whole")
    edges = {n: plan.edges[n] for n in known}

    def spread(value):
        return np.concatenate([np.broadcast_to(value(n), e.pre.shape) for n, e in edges.items()])

    delay_ms = spread(lambda n: edges[n].delay_ms.astype(float))
    pre = spread(lambda n: edges[n].pre + slices[known[n].source].start)
    order = np.lexsort((delay_ms, pre))
    post = spread(lambda n: edges[n].post + slices[known[n].target].start)
    synapses.connect(i=pre[order], j=post[order])
    synapses.delay = delay_ms[order] * b2.ms
    for receptor in eq.RECEPTORS:
        weight = spread(lambda n, r=receptor: edges[n].weight_ns.get(r, 0.0))
        setattr(synapses, f"w_{receptor}", weight[order])
    stp = {n: p.stp or STP(U=1.0, D_ms=0.0, F_ms=0.0) for n, p in known.items()}
    synapses.U = synapses.u = spread(lambda n: stp[n].U)[order]
    synapses.rate_D = spread(lambda n: 1 / max(stp[n].D_ms, eq.INSTANT_MS))[order]
    synapses.rate_F = spread(lambda n: 1 / max(stp[n].F_ms, eq.INSTANT_MS))[order]
    synapses.x, synapses.last = 1.0, -1e4
    return [Wired(synapses, tuple(known), order)]


def test_compact_synapses_give_the_spikes_of_whole_ones_until_rounding_tells(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Equal, not nearly so, for these 300 ms; in a longer run rounding to 4 bytes may move a spike."""
    how = {"duration_ms": 300, "seed": 4, "engine": "numpy"}
    compact = simulate(_circuit(), **how)
    monkeypatch.setattr(build, "synapse_sets", _whole_sets)
    whole = simulate(_circuit(), **how)
    for name, spikes in compact.spikes.items():
        assert spikes.times_ms.size > 100
        np.testing.assert_array_equal(spikes.times_ms, whole.spikes[name].times_ms)
        np.testing.assert_array_equal(spikes.cells, whole.spikes[name].cells)
