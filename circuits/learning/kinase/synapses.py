"""Kinase synapses in Brian2, replaying given spike trains: the model as it runs inside a circuit."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt

from circuits.learning.kinase.brian2_text import KinaseCode, kinase_code, lean, made_plastic
from circuits.learning.kinase.reference import clocked_code, clocked_equations
from circuits.learning.kinase.rule import Floats, KinaseRule


@dataclass(frozen=True)
class Replay:
    """What the synapses held at the end of a replay: arrays (synapses,), and how long it took.

    `build_s` covers generating, compiling and preparing; `run_s` the simulated time alone.
    """

    calcium: Floats
    cam: Floats
    fast: Floats
    slow: Floats
    weight: Floats
    build_s: float
    run_s: float


def plastic_synapses(
    source: Any,
    target: Any,
    model: str,
    on_spike: str,
    rule: KinaseRule,
    *,
    readout: str = "cycle",
    cycle_ms: float | None = None,
    looked_at: bool = True,
    **options: Any,
) -> Any:
    """Make the synapses of a plastic pathway; connect them, then call `start_learning`.

    Parameters
    ----------
    source, target : Brian2 groups
        For `readout="dendrite"` the target's equations hold `kinase_code(...).neuron_model`, its reset
        `neuron_reset`, and it runs `neuron_step` every step.
    model, on_spike : str
        The pathway without plasticity (`circuits.equations.SYNAPSE`, `ON_SPIKE`).
    rule : KinaseRule
    readout : "cycle", "dendrite" or "silence"
    cycle_ms : float or None
        Period of the read-outs of "cycle"; None leaves them to the caller (`code.on_cycle`).
    looked_at : bool
        Whether `code.on_look` is run.
    **options
        What else `brian2.Synapses` takes: `dt`, `name`, `namespace`.
    """
    from circuits.machine.brian import b2

    code = lean(kinase_code(rule, readout), looked_at=looked_at)
    plastic, on_pre, on_post = made_plastic(model, on_spike, code)
    made = b2.Synapses(source, target, plastic, on_pre=on_pre, on_post=on_post, **options)
    if cycle_ms is not None and code.on_cycle:
        # A clock of a fixed name: it enters the generated code, by whose hash compiled code is kept.
        clock = b2.Clock(cycle_ms * b2.ms, name=f"{made.name}_cycle_clock")
        made.run_regularly(code.on_cycle, clock=clock, when="end")
    return made


def start_learning(synapses: Any, rule: KinaseRule, weight: Floats | float = 0.5) -> None:
    """Set connected plastic synapses to rest at linear weights (0..1), learning.

    `synapses.learning = 0` freezes them at any time, `= 1` lets them go on; `synapses.w_kin` is the
    linear weight, `synapses.efficacy` what multiplies the conductance (1 at 0.5, 2 at most).
    """
    synapses.w_kin = weight
    synapses.learning = 1.0
    # As many numbers as weights: another rate is data, and compiles nothing in C++ standalone.
    synapses.rate_kin = np.full(np.shape(weight), rule.rate)


def replay(
    rule: KinaseRule,
    pre: tuple[npt.NDArray[np.int64], Floats],
    post: tuple[npt.NDArray[np.int64], Floats],
    pairs: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]],
    duration_ms: float,
    *,
    dt_ms: float = 0.1,
    readout: str = "cycle",
    cycle_ms: float | None = None,
    clocked: str = "",
    dendrite: Floats | None = None,
    learning: bool = True,
    target: str = "numpy",
) -> Replay:
    """Run Brian2 kinase synapses over given spikes.

    Parameters
    ----------
    rule : KinaseRule
    pre, post : tuple (cells, times_ms)
        Index and time of every spike; at most one per cell and step.
    pairs : tuple (pre indices, post indices)
        The synapses.
    duration_ms, dt_ms : float
        Length and step, ms.
    readout : str
        "cycle", "silence" or "dendrite".
    cycle_ms : float or None
        Period of the read-outs at the end of a given cycle; None never reads.
    clocked : "", "equations" or "constants"
        Step every synapse at every step instead (no read-out): the differential equations as one
        writes them (rk4), or with the propagator of one step worked out beforehand.
    dendrite : array (steps, post cells) or None
        1 while the dendrite is depolarised, else 0; for `readout="dendrite"`.
    learning : bool
        False freezes the weights; the traces go on.
    target : "numpy" or "cython"
        Brian2's code generation; "cython" needs a C++ compiler.
    """
    from circuits.machine.brian import b2, own_settings

    began = perf_counter()
    with own_settings(target):
        b2.prefs.codegen.target = target
        b2.start_scope()
        clock = b2.Clock(dt_ms * b2.ms)
        code = kinase_code(rule, readout)
        size = [
            int(max(s[0].max(initial=0), p.max())) + 1
            for s, p in zip((pre, post), pairs, strict=True)
        ]
        sender = b2.SpikeGeneratorGroup(size[0], pre[0], pre[1] * b2.ms, clock=clock)
        if readout == "dendrite" and dendrite is not None:
            receiver = _receiver(b2, code, size[1], post, dendrite, clock)
        else:
            receiver = b2.SpikeGeneratorGroup(size[1], post[0], post[1] * b2.ms, clock=clock)
        model, on_pre, on_post, step = code.model, code.on_pre, code.on_post, ""
        if clocked == "constants":
            step, on_pre, on_post = clocked_code(rule, dt_ms)
        elif clocked == "equations":
            model, on_pre, on_post = clocked_equations(rule)
        synapses = b2.Synapses(
            sender, receiver, model, on_pre=on_pre, on_post=on_post, clock=clock, method="rk4"
        )
        synapses.connect(i=pairs[0], j=pairs[1])
        start_learning(synapses, rule)
        synapses.learning = float(learning)
        if step:
            synapses.run_regularly(step, clock=clock)
        elif not clocked and cycle_ms is not None and code.on_cycle:
            synapses.run_regularly(code.on_cycle, dt=cycle_ms * b2.ms, when="end")
        # The closed form carries every synapse to the end: one look, in one step more.
        look = synapses.run_regularly(code.on_end + code.on_look, clock=clock, when="end")
        look.active = False
        network = b2.Network(sender, receiver, synapses)
        network.run(0 * b2.ms)
        built = perf_counter()
        network.run(duration_ms * b2.ms)
        took = perf_counter() - built
        look.active = not clocked
        network.run(dt_ms * b2.ms)
        names = ("m_kin", "p_kin", "d_kin") if clocked else ("m_look", "p_look", "d_look")
        cam, fast, slow = (np.array(getattr(synapses, n)[:]) for n in names)
        return Replay(
            np.array(synapses.c_look[:]),
            cam,
            fast,
            slow,
            np.array(synapses.w_kin[:]),
            built - began,
            took,
        )


def _receiver(
    b2: Any,
    code: KinaseCode,
    cells: int,
    post: tuple[npt.NDArray[np.int64], Floats],
    dendrite: Floats,
    clock: Any,
) -> Any:
    """Neurons with given spikes, whose dendrite is depolarised at given times."""
    spikes = np.zeros(dendrite.shape)
    step = np.rint(post[1] / float(clock.dt / b2.ms)).astype(int)
    spikes[step, post[0]] = 1.0
    namespace = {
        "given": b2.TimedArray(spikes, dt=clock.dt),
        "plateau": b2.TimedArray(dendrite, dt=clock.dt),
    }
    group = b2.NeuronGroup(
        cells,
        code.neuron_model + "v_dend = plateau(t, i) : 1\n",
        threshold="given(t, i) > 0.5",
        reset=code.neuron_reset,
        namespace=namespace,
        clock=clock,
    )
    group.run_regularly(code.neuron_step.format(v="v_dend", v_rest="0.5"), clock=clock)
    return group
