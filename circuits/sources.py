"""The bibliography: what every citation key of the parameter tables stands for."""

from __future__ import annotations

from circuits.errors import CtloopError
from circuits.spec import Circuit, populations, projections

ASSUMED = "assumed: "
USER = "set by the user"

BIBLIOGRAPHY: dict[str, str] = {
    "Bonin2005": "Bonin, Mante & Carandini 2005, J Neurosci 25:10844. The suppressive field of "
    "neurons in lateral geniculate nucleus.",
    "BretteGerstner2005": "Brette & Gerstner 2005, J Neurophysiol 94:3637. Adaptive exponential "
    "integrate-and-fire model.",
    "Chen2002": "Chen, Blitz & Regehr 2002, Neuron 33:779. Contributions of receptor "
    "desensitization and saturation to plasticity at the retinogeniculate synapse (recalled).",
    "Crandall2017": "Crandall et al. 2017, J Neurosci. Infrabarrels of layer 6: corticothalamic "
    "cells are less excitable than corticocortical ones.",
    "CronerKaplan1995": "Croner & Kaplan 1995, Vision Res 35:7. Receptive fields of P and M "
    "ganglion cells across the primate retina.",
    "Destexhe1998": "Destexhe et al. 1998, J Neurosci 18:3574. Dendritic low-threshold calcium "
    "currents in thalamic relay cells.",
    "Destexhe2009": "Destexhe 2009, J Comput Neurosci 27:493. Self-sustained asynchronous "
    "irregular states in networks of AdEx neurons.",
    "Girard2001": "Girard, Hupe & Bullier 2001, J Neurophysiol 85:1328. Feedforward and feedback "
    "connections between V1 and V2 conduct at 3.5 m/s.",
    "HillTononi2005": "Hill & Tononi 2005, J Neurophysiol 93:1671. Modeling sleep and wakefulness "
    "in the thalamocortical system (delays).",
    "Iavarone2023": "Iavarone et al. 2023, Cell Rep 42:112200. Thalamic control of sensory "
    "processing and spindles in a biophysical thalamoreticular model (table S1).",
    "Lefort2009": "Lefort et al. 2009, Neuron 61:301. The excitatory neuronal network of the C2 "
    "barrel column: layer 4 rests near -66 mV, fires near -40 mV (recalled).",
    "Mease2016": "Mease et al. 2016, Cereb Cortex 26:3461. Multiplexed coding by L5B to POm: "
    "2-3 active inputs per relay cell (recalled).",
    "Naud2008": "Naud et al. 2008, Biol Cybern 99:335. Firing patterns in the adaptive "
    "exponential integrate-and-fire model.",
    "Payeur2021": "Payeur et al. 2021, Nat Neurosci 24:1010. Burst-dependent synaptic plasticity "
    "(interneuron parameters).",
    "PotjansDiesmann2014": "Potjans & Diesmann 2014, Cereb Cortex 24:785. The cell-type specific "
    "cortical microcircuit.",
    "ReidAlonso1995": "Reid & Alonso 1995, Nature 378:281. Specificity of monosynaptic "
    "connections from thalamus to visual cortex.",
    "Schmidt2018": "Schmidt et al. 2018, Brain Struct Funct 223:1409. Multi-scale account of the "
    "network structure of macaque visual cortex.",
    "Sincich2007": "Sincich et al. 2007, J Neurosci 27:2636. Transmission of spike trains at the "
    "retinogeniculate synapse.",
    "Smith2000": "Smith et al. 2000, J Neurophysiol 83:588. Integrate-and-fire-or-burst model of "
    "thalamocortical cells.",
}


def check_sources(circuit: Circuit) -> None:
    """Refuse a circuit in which a number has no source.

    Every record must name a source for each numeric field, by the field's name or by "*"; a source
    is a key of `BIBLIOGRAPHY`, "assumed: <reason>", or "set by the user".

    Raises
    ------
    CtloopError
        Naming the first record and field without one.
    """
    for name, population in populations(circuit).items():
        _check(name, {"count", "background_pa", "noise_pa"}, population.sources)
        _check(f"{name} ({population.cell.name})", {"*"}, population.cell.sources)
    for name, projection in projections(circuit).items():
        _check(name, {"*"}, projection.sources)


def _check(name: str, fields: set[str], sources: object) -> None:
    given = dict(sources)  # type: ignore[call-overload]
    missing = fields - set(given)
    if missing and "*" not in given:
        msg = f"{name} has no source for {', '.join(sorted(missing))}"
        raise CtloopError(msg)
    for parameter, source in given.items():
        if not (source.startswith(ASSUMED) or source in BIBLIOGRAPHY or source == USER):
            msg = f"{name}: the source {source!r} of {parameter} is not in the bibliography"
            raise CtloopError(msg)
