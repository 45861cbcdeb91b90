"""The preparation: calibrated virtual cells, each with one synapse, and the rule by which it learns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from circuits.learning.kinase.rule import Floats, KinaseRule
from circuits.seeds import stream
from sims.plasticity.cells import Cells, Receptors, draw_cells
from sims.plasticity.fit import Fit, epsp_after
from sims.plasticity.induction import (
    VARIANTS,
    EpspCurve,
    Induction,
    Ints,
    Reading,
    Variant,
    calibrate,
    epsp_curve,
    induce,
    read,
)
from sims.plasticity.protocol import Protocol
from sims.plasticity.settings import changed_rule


@dataclass(frozen=True)
class Preparation:
    """What every part of the experiment works on.

    Attributes
    ----------
    rule : KinaseRule
        Its `rate` and `fast_scale` are those that were fitted, once they are (`fitted`).
    readout : str
        "cycle", "dendrite" or "silence".
    cells : Cells
    table_hz : array (cells, levels)
        Firing rates measured when the cells were calibrated, Hz.
    curve : EpspCurve
    seed : int
    """

    rule: KinaseRule
    readout: str
    cells: Cells
    table_hz: Floats
    curve: EpspCurve
    seed: int

    def take(self, rows: Ints) -> Preparation:
        """Give the same with these cells alone."""
        curve = EpspCurve(self.curve.scale, self.curve.epsp_mv[rows])
        return replace(self, cells=self.cells.take(rows), table_hz=self.table_hz[rows], curve=curve)

    def first(self, count: int) -> Preparation:
        """Give the same with at most so many cells, for the parts that run many protocols."""
        return self.take(np.arange(min(count, self.cells.count)))

    def fitted(self, fit: Fit) -> Preparation:
        """Give the same with the learning rate and the CaP scale that were fitted."""
        return replace(self, rule=replace(self.rule, rate=fit.rate, fast_scale=fit.fast_scale))

    def changed(self, left: Receptors, settings: Iterable[str]) -> Preparation:
        """Give the same cells with a lesioned synapse, or other constants of its rule.

        The rule's rate and CaP scale stay as they are, so a lesion is not fitted away. NMDA receptors
        carry the calcium of the rule: what is left of them multiplies its `gain`, before calcium
        saturates. The test pulse goes through the lesioned synapse too. Currents were calibrated
        without the synapse and stay.

        Parameters
        ----------
        left : Receptors
            See `sims.plasticity.lesions.receptors_left`.
        settings : iterable of str
            See `sims.plasticity.settings.changed_rule`.
        """
        cells, rule = self.cells.blocked(left), changed_rule(self.rule, settings)
        rule = replace(rule, gain=rule.gain * left.nmda)
        return replace(self, cells=cells, rule=rule, curve=epsp_curve(cells))

    def induce(
        self,
        protocols: tuple[Protocol, ...],
        name: str,
        variants: tuple[Variant, ...] = VARIANTS,
    ) -> Induction:
        """Run protocols of one timing in all variants; `name` is that of the random stream."""
        return induce(self.cells, self.table_hz, protocols, variants, stream(self.seed, name))

    def read(self, trains: Induction) -> Reading:
        """Integrate the synapses over the trains and read them out."""
        return read(self.rule, trains, self.readout)

    def epsp(self, trains: Induction, reading: Reading | None = None) -> Floats:
        """Give EPSP over baseline after these trains, (rows,); a `reading` of them saves the time."""
        found = self.read(trains) if reading is None else reading
        return epsp_after(found, trains.cell, self.curve, self.rule.rate, self.rule.fast_scale)


def prepare(rule: KinaseRule, readout: str, cells: int, seed: int) -> Preparation:
    """Draw and calibrate virtual cells with an intact synapse each.

    Parameters
    ----------
    rule : KinaseRule
    readout : str
        "cycle", "dendrite" or "silence".
    cells : int
        How many.
    seed : int
    """
    drawn = draw_cells(cells, stream(seed, "plasticity cells"))
    table = calibrate(drawn, stream(seed, "plasticity calibration"))
    return Preparation(rule, readout, drawn, table, epsp_curve(drawn), seed)
