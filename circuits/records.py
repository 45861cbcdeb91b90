"""The rows of the methods table: cell types, populations, projections and their wiring.

Every record is frozen and holds plain numbers; a field's name ends in its unit (`b_pa` is in pA).
Every record with numbers carries `sources`: field name -> citation key of `circuits.spec.sources`, or
"assumed: <reason>". The key "*" covers all fields not named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Sources = Mapping[str, str]
Role = Literal["driver", "modulator", "feedforward", "feedback", "local", "inhibitory", "input"]
NO_SOURCES: Sources = MappingProxyType({})
#: How a source begins that no paper holds.
ASSUMED = "assumed: "
#: The source of a number that the user gave.
USER = "set by the user"

#: Field-name endings and the unit they stand for.
UNIT_OF_SUFFIX: dict[str, str] = {
    "_ms": "ms",
    "_mv": "mV",
    "_pa": "pA",
    "_ns": "nS",
    "_pf": "pF",
    "_hz": "Hz",
    "_um": "um",
    "_deg": "deg",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CellType:
    """How one class of cells fires: adaptive exponential integrate-and-fire, with a T-current.

    C dv/dt = gL (EL - v) + gL DT exp((v - VT)/DT) - w + gT h [v > VhT] (ET - v) + I,
    tau_w dw/dt = a (v - EL) - w; at v > Vcut: v -> Vr, w -> w + b (Brette & Gerstner 2005).
    dh/dt = (1 - h)/tau_h_plus below VhT, -h/tau_h_minus above it (Smith et al. 2000).
    A cell without a T-current has gT = 0. `tau_nmda_ms` is how slowly its NMDA conductance decays.
    """

    name: str
    C_pf: float
    gL_ns: float
    EL_mv: float
    VT_mv: float
    DT_mv: float
    Vr_mv: float
    Vcut_mv: float = -30.0
    tref_ms: float = 2.0
    a_ns: float = 0.0
    b_pa: float = 0.0
    tau_w_ms: float = 100.0
    gT_ns: float = 0.0
    ET_mv: float = 120.0
    VhT_mv: float = -60.0
    tau_h_plus_ms: float = 100.0
    tau_h_minus_ms: float = 20.0
    tau_nmda_ms: float = 50.0
    sources: Sources = field(default_factory=lambda: NO_SOURCES)


@dataclass(frozen=True, slots=True, kw_only=True)
class STP:
    """Short-term plasticity of a projection (Tsodyks & Markram): utilisation, depression, facilitation.

    `weight` is the maximal conductance; a spike releases u x of it. U in 0-1, times in ms.
    """

    U: float
    D_ms: float
    F_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """One population: which cells, how many, where, and what unmodelled input holds it up.

    `count` cells are simulated. `map` says what the cells are laid out over: preferred
    orientation ("orientation"), the visual field with ON and OFF cells ("retinotopic"), or
    nothing ("none"). `field_deg` is the side of the square of visual field the patch of tissue
    sees: retinotopic cells cover it, all others see near its centre, scattered by `scatter_deg`
    (standard deviation; at most a quarter of the side). `background_pa` and `noise_pa` are mean
    and standard deviation of an Ornstein-Uhlenbeck current (5 ms) that stands for the synapses
    from outside the model; `spread_pa` is how much its mean differs from cell to cell (standard
    deviation). `spike_source` populations replay given spikes (the retina). `stratified` spreads what
    differs from cell to cell evenly, see `circuits.layout`: few simulated cells then stand for many.

    `kind` is the class of its cells in the field's words ("pyramidal", "burster", "stellate", "PV",
    "SST", "relay", "reticular", "interneuron", "ganglion"; "" is unknown): code asks for it, never
    for a name's ending. `apical_to` is the lamina in which the apical dendrite ends ("" for cells
    without one: their field is closed). `tissue_cells` is how many cells of the class the modelled
    patch of tissue holds, so that each simulated one stands for `tissue_cells / count` (0: unknown).

    What a lesion may have done: `silenced_fraction` of the cells are held and never fire;
    `currents` are steps (pA, fraction of the cells) into cells the run's seed chooses.
    """

    name: str
    area: str
    lamina: str
    cell: CellType
    count: int
    transmitter: Literal["exc", "inh"]
    kind: str = ""
    apical_to: str = ""
    tissue_cells: float = 0.0
    map: Literal["orientation", "retinotopic", "none"] = "orientation"
    depth_top_um: float = 0.0
    depth_bottom_um: float = 0.0
    field_deg: float = 1.6
    scatter_deg: float = 0.25
    background_pa: float = 0.0
    noise_pa: float = 0.0
    spread_pa: float = 0.0
    stratified: bool = False
    spike_source: bool = False
    silenced_fraction: float = 0.0
    currents: tuple[tuple[float, float], ...] = ()
    sources: Sources = field(default_factory=lambda: NO_SOURCES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Uniform:
    """A fixed in-degree, every source cell equally likely."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probability:
    """Each pair is connected with probability `p`, independently."""

    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Topographic:
    """A fixed in-degree, nearer cells likelier: Gaussian in orientation and in the visual field.

    A width of 0 leaves that space out. `orientation_deg` is a distance on the circle of 180 deg,
    `field_deg` one in degrees of visual angle.
    """

    orientation_deg: float = 0.0
    field_deg: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OneToFew:
    """The nearest sources in the visual field, of the same polarity (ON to ON)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gabor:
    """ON sources under the bright, OFF under the dark lobes of the target's Gabor patch.

    The likelihood is the positive part of polarity x Gabor at the source's place (Reid & Alonso
    1995): envelope `sigma_deg`, spatial frequency `sf_cpd` in cycles per degree.
    """

    sigma_deg: float
    sf_cpd: float


Rule = Uniform | Probability | Topographic | OneToFew | Gabor


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """One projection: who to whom, by how many fibres, how strong, how late, with what dynamics.

    Attributes
    ----------
    fibres : float
        Anatomical convergence: fibres onto one target cell in tissue.
    modelled : int
        Fibres simulated per target cell. Each stands for `fibres / modelled` of them.
    contacts : float
        Synaptic contacts of one anatomical fibre on one target cell.
    receptors : mapping of receptor to float
        Maximal conductance of one anatomical fibre (all its contacts), nS.
    pooling : "sum" or "sqrt"
        What one modelled fibre's conductance is multiplied by, with r = fibres / modelled: r keeps
        the mean (thalamus), sqrt(r) keeps the variance (cortex; van Albada et al. 2015).
    weight_cv : float
        Spread of the weights, standard deviation over mean (lognormal).
    gain : float
        Dimensionless factor on every receptor: calibration, or the dose of a lesion.
    lamina : str
        Where the terminals end; "" means the target's own lamina.
    plastic : bool
        Whether the kinase rule acts on this projection (how: `circuits.learning.record`).
    cut_fraction : float
        Fraction of the synapses a lesion has cut; the run's seed chooses which.
    surrogate : str
        What drives the terminals instead of the source: "" (the source itself), "rate_matched",
        "replay cells" or "replay time" (see `circuits.lesions.surrogates`).
    key : str
        Distinguishes parallel projections between the same two populations; usually "".
    """

    source: str
    target: str
    role: Role
    rule: Rule
    fibres: float
    modelled: int
    receptors: Mapping[str, float]
    contacts: float = 1.0
    pooling: Literal["sum", "sqrt"] = "sqrt"
    weight_cv: float = 0.1
    delay_ms: float = 1.5
    delay_cv: float = 0.1
    stp: STP | None = None
    gain: float = 1.0
    lamina: str = ""
    plastic: bool = False
    cut_fraction: float = 0.0
    surrogate: str = ""
    key: str = ""
    sources: Sources = field(default_factory=lambda: NO_SOURCES)

    @property
    def name(self) -> str:
        """The projection as a user writes it, "V1.L5IB -> Pulvinar.TRC"."""
        return f"{self.source} -> {self.target}" + (f" #{self.key}" if self.key else "")

    @property
    def stands_for(self) -> float:
        """How many anatomical fibres one modelled fibre stands for."""
        return self.fibres / self.modelled

    @property
    def pooled(self) -> float:
        """The factor from one anatomical fibre's conductance to one modelled fibre's."""
        ratio = self.stands_for if self.pooling == "sum" else self.stands_for**0.5
        return ratio * self.gain


@dataclass(frozen=True, slots=True)
class Spikes:
    """The spikes of one population: times in ms from the start, and cells by local index."""

    times_ms: NDArray[np.float64]
    cells: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Coordinates:
    """Where the cells of one population sit: each array has shape (count,).

    `orientation_deg` in [0, 180), `x_deg` and `y_deg` in visual angle from the field's centre,
    `polarity` +1 (ON) or -1 (OFF), `phase_deg` the spatial phase a simple cell prefers.
    """

    orientation_deg: NDArray[np.float64]
    x_deg: NDArray[np.float64]
    y_deg: NDArray[np.float64]
    polarity: NDArray[np.float64]
    phase_deg: NDArray[np.float64]


class Conductances(Mapping[str, NDArray[np.float64]]):
    """The maximal conductance of every synapse of a projection by receptor, nS, held as one number each.

    All synapses of a projection have the same mix of receptors, so what differs is one factor:
    `conductances[receptor]` is `mix_ns[receptor] * factor`, an array of shape (synapses,).

    Parameters
    ----------
    mix_ns : mapping of str to float
        Conductance of a synapse with the factor 1, nS, by receptor.
    factor : array (synapses,)
    """

    __slots__ = ("factor", "mix_ns")

    def __init__(self, mix_ns: Mapping[str, float], factor: NDArray[np.float32]) -> None:
        self.mix_ns, self.factor = dict(mix_ns), factor

    def __getitem__(self, receptor: str) -> NDArray[np.float64]:
        return self.mix_ns[receptor] * self.factor.astype(np.float64)

    def __iter__(self) -> Iterator[str]:
        return iter(self.mix_ns)

    def __len__(self) -> int:
        return len(self.mix_ns)


@dataclass(frozen=True, slots=True)
class Edges:
    """The synapses of one projection: arrays of shape (synapses,).

    `pre` and `post` are local indices; `weight_ns[receptor]` is the maximal conductance of the
    modelled fibre, drawn ones as `Conductances`; `delay_ms` is its conduction and synaptic delay, drawn ones
    to the nearest step. `learnt` are linear weights (0-1) and `scale` the receivers' factors of a
    circuit that has learnt (`circuits.learning.learnt`). Drawn arrays are compact: 4 bytes a number.
    """

    pre: NDArray[np.int32] | NDArray[np.int64]
    post: NDArray[np.int32] | NDArray[np.int64]
    weight_ns: Mapping[str, NDArray[np.float64]]
    delay_ms: NDArray[np.float32] | NDArray[np.float64]
    learnt: NDArray[np.float64] | None = None
    scale: NDArray[np.float64] | None = None

    @property
    def conductances(self) -> Conductances:
        """The conductances as one factor a synapse, as the engine takes them.

        Raises
        ------
        TypeError
            If every receptor has numbers of its own (no drawn projection has).
        """
        if not isinstance(self.weight_ns, Conductances):
            msg = "an engine takes synapses whose receptors share one factor"
            raise TypeError(msg)
        return self.weight_ns
