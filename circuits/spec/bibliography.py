"""The bibliography: what every citation key of the parameter tables stands for.

"(abstract)" marks what was read in the paper's abstract alone; "(recalled)" and "(second hand)" mark
what was not read again in the paper itself.
"""

from __future__ import annotations

BIBLIOGRAPHY: dict[str, str] = {
    "Bartho2002": (
        "Bartho, Freund & Acsady 2002, Eur J Neurosci 16:999. Selective GABAergic innervation of "
        "thalamic nuclei from zona incerta: higher-order relay cells, proximal dendrites, several "
        "release sites; layer 5 input and no thalamic feedback (abstract)."
    ),
    "Bartho2007": (
        "Bartho et al. 2007, J Neurosci 27:1670. Cortical control of zona incerta: it is excited by "
        "layer 5 (recalled)."
    ),
    "Billeh2020": (
        "Billeh et al. 2020, Neuron 106:388. Systematic integration of structural and functional "
        "data into multi-scale models of mouse primary visual cortex."
    ),
    "Bokor2005": (
        "Bokor et al. 2005, Neuron 45:929. Selective GABAergic control of higher-order thalamic "
        "relays: the same kind of terminal from the anterior pretectum; single fibres cause "
        "rebound bursts (abstract)."
    ),
    "Bonin2005": (
        "Bonin, Mante & Carandini 2005, J Neurosci 25:10844. The suppressive field of neurons in "
        "lateral geniculate nucleus."
    ),
    "BretteGerstner2005": (
        "Brette & Gerstner 2005, J Neurophysiol 94:3637. Adaptive exponential integrate-and-fire "
        "model."
    ),
    "Campagnola2022": (
        "Campagnola et al. 2022, Science 375:eabj5861. Local connectivity and synaptic dynamics "
        "in mouse and human neocortex."
    ),
    "Chen2002": (
        "Chen, Blitz & Regehr 2002, Neuron 33:779. Contributions of receptor desensitization and "
        "saturation to plasticity at the retinogeniculate synapse (recalled)."
    ),
    "ConstantinopleBruno2013": (
        "Constantinople & Bruno 2013, Science 340:1591. Deep cortical layers are activated "
        "directly by thalamus (second hand)."
    ),
    "Crandall2017": (
        "Crandall et al. 2017, J Neurosci. Infrabarrels of layer 6: corticothalamic cells are "
        "less excitable than corticocortical ones."
    ),
    "CronerKaplan1995": (
        "Croner & Kaplan 1995, Vision Res 35:7. Receptive fields of P and M ganglion cells across "
        "the primate retina."
    ),
    "Destexhe2009": (
        "Destexhe 2009, J Comput Neurosci 27:493. Self-sustained asynchronous irregular states in "
        "networks of AdEx neurons."
    ),
    "Gilbert1989": (
        "Gilbert & Wiesel 1989, J Neurosci 9:2432. Columnar specificity of intrinsic horizontal "
        "and corticocortical connections in cat visual cortex (recalled)."
    ),
    "Girard2001": (
        "Girard, Hupe & Bullier 2001, J Neurophysiol 85:1328. Feedforward and feedback "
        "connections between V1 and V2 conduct at 3.5 m/s."
    ),
    "Hadinger2023": (
        "Hadinger et al. 2023, Nat Neurosci 26:116. Region-selective control of the thalamic "
        "reticular nucleus via cortical layer 5 pyramidal cells: from frontal cortex (recalled)."
    ),
    "HalassaAcsady2016": (
        "Halassa & Acsady 2016, Trends Neurosci 39:680. Thalamic inhibition: diverse sources, "
        "diverse scales (recalled)."
    ),
    "HillTononi2005": (
        "Hill & Tononi 2005, J Neurophysiol 93:1671. Modeling sleep and wakefulness in the "
        "thalamocortical system (delays)."
    ),
    "Hou2016": (
        "Hou et al. 2016, as cited in the thalamus model of Moreira et al. 2025: weak or absent "
        "inhibition among TRN cells (second hand)."
    ),
    "Iavarone2023": (
        "Iavarone et al. 2023, Cell Rep 42:112200. Thalamic control of sensory processing and "
        "spindles in a biophysical thalamoreticular model (table S1)."
    ),
    "Lavallee2005": (
        "Lavallee et al. 2005, J Neurosci 25:7489. Feedforward inhibitory gating of sensory "
        "information in higher-order thalamic nuclei (abstract)."
    ),
    "Lefort2009": (
        "Lefort et al. 2009, Neuron 61:301. The excitatory neuronal network of the C2 barrel "
        "column: layer 4 rests near -66 mV, fires near -40 mV (recalled)."
    ),
    "Markov2014": (
        "Markov et al. 2014, J Comp Neurol 522:225. Anatomy of hierarchy: feedforward and "
        "feedback pathways in macaque visual cortex."
    ),
    "Mease2016": (
        "Mease et al. 2016, Cereb Cortex 26:3461. Multiplexed coding by L5B to POm: 2-3 active "
        "inputs per relay cell (recalled)."
    ),
    "Naud2008": (
        "Naud et al. 2008, Biol Cybern 99:335. Firing patterns in the adaptive exponential "
        "integrate-and-fire model."
    ),
    "OReilly2026": "O'Reilly 2026, arXiv:2606.08720. This is how the neocortex learns.",
    "Payeur2021": (
        "Payeur et al. 2021, Nat Neurosci 24:1010. Burst-dependent synaptic plasticity "
        "(interneuron parameters)."
    ),
    "Petrof2012": (
        "Petrof, Viaene & Sherman 2012, J Comp Neurol 520:1678. Two populations of "
        "corticothalamic and interareal corticocortical cells in the subgranular layers."
    ),
    "PotjansDiesmann2014": (
        "Potjans & Diesmann 2014, Cereb Cortex 24:785. The cell-type specific cortical "
        "microcircuit."
    ),
    "ReidAlonso1995": (
        "Reid & Alonso 1995, Nature 378:281. Specificity of monosynaptic connections from "
        "thalamus to visual cortex."
    ),
    "Schmidt2018": (
        "Schmidt et al. 2018, Brain Struct Funct 223:1409. Multi-scale account of the network "
        "structure of macaque visual cortex."
    ),
    "Sherman2004": (
        "Sherman 2004, Trends Neurosci 27:670. Interneurons and triadic circuitry of the thalamus."
    ),
    "Silva1991": (
        "Silva, Amitai & Connors 1991, Science 251:432. Intrinsic oscillations of neocortex "
        "generated by layer 5 pyramidal neurons."
    ),
    "Sincich2007": (
        "Sincich et al. 2007, J Neurosci 27:2636. Transmission of spike trains at the "
        "retinogeniculate synapse."
    ),
    "Smith2000": (
        "Smith et al. 2000, J Neurophysiol 83:588. Integrate-and-fire-or-burst model of "
        "thalamocortical cells."
    ),
    "TrageserKeller2004": (
        "Trageser & Keller 2004, J Neurosci 24:8911. Reducing the uncertainty: gating of peripheral "
        "inputs by zona incerta (abstract)."
    ),
    "TrojanowskiJacobson1977": (
        "Trojanowski & Jacobson 1977, Exp Brain Res 28:51. The morphology and laminar "
        "distribution of cortico-pulvinar neurons in the rhesus monkey."
    ),
    "vanAlbada2015": (
        "van Albada, Helias & Diesmann 2015, PLoS Comput Biol 11:e1004490. Scalability of "
        "asynchronous networks is limited by one-to-one mapping between effective connectivity "
        "and correlations."
    ),
}
