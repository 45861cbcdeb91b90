"""What the builder makes of a circuit: Brian2 objects, and what of the circuit each of them holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from circuits.machine.brian import b2

#: What stands for "stays as it is" among the times until which cells are held; any number below 0
#: does, and the C++ program of `circuits.engine.program` asks for just that.
UNCHANGED = -1.0


@dataclass(frozen=True)
class Wired:
    """A set of synapses: the projections they belong to, and their order.

    Attributes
    ----------
    synapses : brian2.Synapses
    names : tuple of str
        Projections, in the order in which their edges were concatenated.
    order : array (synapses,)
        Which of the concatenated edges each synapse is.
    plastic : bool
        Whether they learn at any time.
    let_go : callable
        Called once nobody needs the order for a while (`circuits.engine.aside`).
    """

    synapses: b2.Synapses
    names: tuple[str, ...]
    order: NDArray[np.int32]
    plastic: bool = False
    let_go: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class Built:
    """A Brian2 network with the index range of every population (`slices`)."""

    network: b2.Network
    cells: b2.NeuronGroup
    kinds: b2.NeuronGroup
    spikes: b2.SpikeMonitor
    voltages: b2.StateMonitor | None
    slices: dict[str, slice]
    recorded: dict[str, NDArray[np.int64]]
    synapses: tuple[Wired, ...] = ()
