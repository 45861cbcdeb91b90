"""An area of cortex: a table of what is its own, and the populations and projections it gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from areas import column
from areas.column import CLASSES, TABLE_SCALE
from areas.potjans_diesmann import indegree
from areas.sourced import Sourced
from areas.synapses import synapse_between
from circuits.records import Population, Projection


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One area: how many cells of each class, where they lie, and where it departs from the column.

    Attributes
    ----------
    name : str
        As its populations begin: "V1" gives "V1.L4E".
    cells : mapping of class to int
        Cells of every class of `areas.column.CLASSES` at `TABLE_SCALE`, 1/20 of 1 mm2.
    counted : str
        Where the counts are from: "assumed: ...".
    laminae_um : mapping of lamina to (float, float)
        Top and bottom of L1, L2/3, L4, L5 and L6 below the pia, um.
    fewest : mapping of class to Sourced
        The number below which a class is not thinned; `areas.column.FEWEST_CELLS` for all others.
    background_pa : mapping of class to Sourced
        Where the area departs from the column's mean unmodelled input, pA.
    gain, oversampling : mapping of (source, target) to Sourced
        Where the area departs from the column's `GAIN` and `OVERSAMPLING`.
    extra : tuple of Projection
        Pathways within the area that the table of Potjans & Diesmann does not have, each with a
        `key` if it joins two classes that are joined already.
    """

    name: str
    cells: Mapping[str, int]
    counted: str
    laminae_um: Mapping[str, tuple[float, float]]
    fewest: Mapping[str, Sourced] = field(default_factory=dict)
    background_pa: Mapping[str, Sourced] = field(default_factory=dict)
    gain: Mapping[tuple[str, str], Sourced] = field(default_factory=dict)
    oversampling: Mapping[tuple[str, str], Sourced] = field(default_factory=dict)
    extra: tuple[Projection, ...] = ()

    def populations(self, scale: float) -> list[Population]:
        """Give the area's populations.

        Parameters
        ----------
        scale : float
            Fraction of the cells under 1 mm2, more than 0, at most 1.
        """
        return [self._population(name, scale) for name in CLASSES]

    def projections(self, scale: float) -> list[Projection]:
        """Give the projections within the area: pairs of classes that the table joins, then those beyond it.

        Parameters
        ----------
        scale : float
            Fraction of the cells under 1 mm2, more than 0, at most 1.
        """
        of_the_table = [
            self._projection(source, target, scale)
            for target in CLASSES
            for source in CLASSES
            if indegree(CLASSES[target].group, CLASSES[source].group) >= column.FEWEST_FIBRES
        ]
        beyond = [self._projection(*pair, scale) for pair in column.BEYOND_THE_TABLE]
        return [*of_the_table, *beyond, *self.extra]

    def _population(self, name: str, scale: float) -> Population:
        row, cells = CLASSES[name], self.cells[name]
        top, bottom = self.laminae_um[row.lamina]
        fewest = self.fewest.get(name, column.FEWEST_CELLS)
        sources = {
            **column.POPULATION_SOURCES,
            "tissue_cells": self.counted,
            "count": "assumed: those of the tissue times the scale, never fewer than "
            f"{fewest.value:g}: {fewest.reason}",
        }
        background_pa = row.background_pa
        if name in self.background_pa:
            background_pa = self.background_pa[name].value
            sources["background_pa"] = self.background_pa[name].source
        return Population(
            name=f"{self.name}.{name}",
            area=self.name,
            lamina=row.lamina,
            cell=row.cell,
            count=max(round(cells * scale / TABLE_SCALE), int(fewest.value)),
            transmitter=row.transmitter,
            kind=row.kind,
            apical_to=row.apical_to,
            tissue_cells=cells / TABLE_SCALE,
            depth_top_um=top,
            depth_bottom_um=bottom,
            background_pa=background_pa,
            noise_pa=row.noise_pa,
            spread_pa=row.spread_pa,
            sources=sources,
        )

    def _projection(self, source: str, target: str, scale: float) -> Projection:
        pair, frm, to = (source, target), CLASSES[source], CLASSES[target]
        synapse = synapse_between(frm, to)
        known = column.BEYOND_THE_TABLE.get(pair)
        fibres = known.value if known else indegree(to.group, frm.group) * frm.share
        why = {"fibres": known.source} if known else {}
        as_table = Sourced(1.0, column.AS_THE_TABLE)
        gain = self.gain.get(pair, column.GAIN.get(pair, as_table))
        usual = Sourced(synapse.oversampling, synapse.sources["modelled"])
        times = self.oversampling.get(pair, column.OVERSAMPLING.get(pair, usual))
        return Projection(
            source=f"{self.name}.{source}",
            target=f"{self.name}.{target}",
            role="inhibitory" if synapse.transmitter == "inh" else "local",
            rule=synapse.rule,
            fibres=fibres,
            modelled=synapse.modelled or _modelled(pair, fibres, scale, times.value),
            receptors=synapse.receptors,
            delay_ms=synapse.delay_ms,
            stp=synapse.stp,
            gain=gain.value,
            sources={**synapse.sources, **why, "gain": gain.source, "modelled": times.source},
        )


def _modelled(pair: tuple[str, str], fibres: float, scale: float, oversampling: float) -> int:
    """Thin the fibres with the cells, but less where they are oversampled, and never to nothing."""
    usual = column.FEWEST_OVERSAMPLED if oversampling > 1 else column.FEWEST_MODELLED
    fewest = column.MODELLED_AT_LEAST.get(pair, usual)
    return max(fewest, round(fibres * min(scale * oversampling, 1.0)))
