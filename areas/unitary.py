"""How strong one connection between two cells of cortex is: published amplitudes to put beside the model's.

Paired recordings in slices of the mouse's V1 (Allen synaptic physiology): means of the resting amplitude over the
connected pairs. None of the circuit's synapses was fitted to them.
"""

from __future__ import annotations

#: Potentials at which cells were held, mV: excitatory and inhibitory connections.
HELD_MV = {"exc": -70.0, "inh": -55.0}
SOURCE = "Campagnola2022"
#: A synapse is near its published amplitude within this factor, as the mean over pairs is uncertain by about as much.
FACTOR = 2.0

#: Lamina and kind of cell (`circuits.records.Population`).
Class = tuple[str, str]

_E23, _E4, _IT, _ET, _E6 = (
    ("L2/3", "pyramidal"),
    ("L4", "stellate"),
    ("L5", "pyramidal"),
    ("L5", "burster"),
    ("L6", "pyramidal"),
)
# fmt: off
#: (sender, receiver) -> amplitude of the first potential, mV, without its sign.
AMPLITUDE_MV: dict[tuple[Class, Class], float] = {
    (_E23, _E23): 0.26, (_E4, _E4): 0.36, (_IT, _IT): 0.24, (_ET, _ET): 0.38,
    (_E23, ("L2/3", "PV")): 0.38, (_E23, ("L2/3", "SST")): 0.30,
    (_IT, ("L5", "PV")): 0.71, (_IT, ("L5", "SST")): 0.21, (_ET, ("L5", "SST")): 0.05,
    (_E6, ("L6", "PV")): 0.52,
    (("L2/3", "PV"), _E23): 0.40, (("L4", "PV"), _E4): 0.71, (("L5", "PV"), _IT): 0.65,
    (("L5", "PV"), _ET): 0.51, (("L6", "PV"), _E6): 0.63,
    (("L2/3", "SST"), _E23): 0.29, (("L5", "SST"), _IT): 0.18, (("L5", "SST"), _ET): 0.43,
}
#: Of any excitatory cell onto an excitatory and onto an inhibitory one, for pairs that are not listed.
ANY_EXCITATORY_MV = {"exc": 0.37, "inh": 0.42}
# fmt: on
