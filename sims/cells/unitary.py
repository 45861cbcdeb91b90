"""How strong one anatomical fibre is: the potential that a single spike leaves in a cell that is held still.

`ctloop measure unitary-psp` takes each projection of the circuit by itself: one cell of its target, one fibre with all
of its contacts, its gain and its short-term plasticity, and one spike. No noise, no other input. The circuit has
fewer, stronger fibres than tissue; this is one of those of the tissue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from areas.unitary import AMPLITUDE_MV, ANY_EXCITATORY_MV, FACTOR, HELD_MV, SOURCE
from circuits.engine.current_steps import holding_pa
from circuits.engine.simulate import simulate
from circuits.records import Population, Projection, Spikes, Uniform
from circuits.spec import Circuit, assemble, populations, projections
from sims.experiments.option import refuse
from sims.report.result_table import Cell, ResultTable

if TYPE_CHECKING:
    from sims.cells.declaration import UnitaryRequest
    from sims.report.progress import Progress

#: When the spike comes, and until when is watched, ms.
SPIKE_MS, UNTIL_MS = 400.0, 500.0


@dataclass(frozen=True)
class Unitary:
    """One projection's unitary potential.

    Attributes
    ----------
    projection : str
    here_mv : float
        Largest change after the spike, mV, with its sign.
    published_mv : float or None
        Of such pairs, without a sign.
    listed : bool
        Whether the pair itself was published, or else the mean over all excitatory pairs.
    """

    projection: str
    here_mv: float
    published_mv: float | None
    listed: bool

    @property
    def ratio(self) -> float | None:
        """Amplitude over the published one."""
        return abs(self.here_mv) / self.published_mv if self.published_mv else None


def measure(request: UnitaryRequest, shown: Progress) -> ResultTable:
    """Measure all local cortical projections, or those whose name has a part.

    Parameters
    ----------
    request : UnitaryRequest
    shown : Progress

    Returns
    -------
    ResultTable
        A row a projection.
    """
    _, circuit = request.circuits()
    chosen = [p for p in projections(circuit).values() if _is_wanted(p, circuit, request.name)]
    if not chosen:
        refuse("--name", "part of the name of a projection within an area of cortex", request.name)
    found = unitary(circuit, chosen)
    shown.done("simulating")
    return table_of(found)


def unitary(circuit: Circuit, chosen: list[Projection]) -> list[Unitary]:
    """Measure some projections, all side by side in one simulation.

    Parameters
    ----------
    circuit : Circuit
    chosen : list of Projection
        Of the circuit, between classes of cells.
    """
    known = populations(circuit)
    cells, fibres = list[Population](), list[Projection]()
    for n, one in enumerate(chosen):
        source, target = known[one.source], known[one.target]
        cells += [_sender(source, n), _held(target, n, HELD_MV[source.transmitter])]
        fibres.append(_one_fibre(one, cells[-2].name, cells[-1].name))
    senders = [cell.name for cell in cells[::2]]
    receivers = [cell.name for cell in cells[1::2]]
    spike = Spikes(np.array([SPIKE_MS]), np.array([0]))
    result = simulate(
        assemble(cells, fibres),
        duration_ms=UNTIL_MS,
        seed=0,
        inputs=dict.fromkeys(senders, spike),
        record_voltage={name: np.array([0]) for name in receivers},
        engine="numpy",
    )
    out = []
    for one, receiver in zip(chosen, receivers, strict=True):
        trace = np.asarray(result.voltages_mv[receiver], float)[:, 0]
        moved = trace[int(SPIKE_MS) :] - trace[int(SPIKE_MS) - 1]
        here = float(moved[np.argmax(np.abs(moved))])
        published, listed = published_mv(known[one.source], known[one.target])
        out.append(Unitary(one.name, here, published, listed))
    return out


def published_mv(source: Population, target: Population) -> tuple[float | None, bool]:
    """Give the published amplitude of such a pair, and whether the pair itself was listed."""
    pair = ((source.lamina, source.kind), (target.lamina, target.kind))
    if pair in AMPLITUDE_MV:
        return AMPLITUDE_MV[pair], True
    return (ANY_EXCITATORY_MV[target.transmitter] if source.transmitter == "exc" else None), False


def _is_wanted(one: Projection, circuit: Circuit, part: str) -> bool:
    """Whether both ends lie in the same area of cortex and the name has a part."""
    source, target = (populations(circuit)[end] for end in (one.source, one.target))
    return bool(source.lamina) and source.area == target.area and part in one.name


def _sender(source: Population, n: int) -> Population:
    return replace(source, name=f"sender.{n}", count=1, spike_source=True, stratified=False)


def _held(target: Population, n: int, at_mv: float) -> Population:
    return replace(
        target, name=f"receiver.{n}", count=1, noise_pa=0.0, spread_pa=0.0, stratified=False,
        background_pa=holding_pa(target.cell, at_mv),
    )  # fmt: skip


def _one_fibre(one: Projection, source: str, target: str) -> Projection:
    return replace(
        one, source=source, target=target, key="", rule=Uniform(), fibres=1.0, modelled=1,
        weight_cv=0.0, delay_cv=0.0, plastic=False,
    )  # fmt: skip


def table_of(found: list[Unitary]) -> ResultTable:
    """Lay out the amplitudes beside the published ones."""
    rows = list[tuple[Cell, ...]]()
    for one in found:
        near = None if one.ratio is None else 1.0 / FACTOR <= one.ratio <= FACTOR
        rows.append(
            (one.projection, one.here_mv, one.published_mv, "pair" if one.listed else "any pair",
             one.ratio, "" if near is None else "yes" if near else "no")
        )  # fmt: skip
    listed = [one for one in found if one.listed and one.ratio is not None]
    metrics: Mapping[str, float] = {
        "unitary_listed": float(len(listed)),
        "unitary_within_factor_2": float(
            sum(1.0 / FACTOR <= (one.ratio or 0.0) <= FACTOR for one in listed)
        ),
    }
    return ResultTable(
        title="The potential that one anatomical fibre leaves in a cell that is held still",
        heads=("projection", "here (mV)", "published (mV)", "published of", "ratio", "within a factor of 2"),
        rows=tuple(rows),
        notes=(
            f"Held at {HELD_MV['exc']:g} mV for excitatory and {HELD_MV['inh']:g} mV for inhibitory fibres. Published: "
            f"means of the resting amplitude in the mouse's V1 ({SOURCE}), of the pair of classes where it is listed, "
            "or else of any excitatory pair.",
        ),
        metrics=dict(metrics),
    )  # fmt: skip
