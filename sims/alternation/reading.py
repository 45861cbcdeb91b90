"""Measure the simulations of an alternation: conductances, cycles, metrics, field potential."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits.analysis.conductance import charge_by_pathway, onto_cell, summed
from circuits.analysis.lfp import laminar, uncounted
from circuits.engine.simulate import Result
from circuits.layout import coordinates
from circuits.records import Edges, Projection, Spikes
from circuits.runs.run import Charge, Cycles, Lfp, RunData, Voltages
from circuits.spec import Circuit, populations, projections
from circuits.wiring import drawn_as_learnt, orientation_distance
from sims.alternation.declaration import TEMPLATE_S
from sims.alternation.measures import Recording, measure
from sims.alternation.plan import Plan
from sims.alternation.trial import expect
from sims.experiments.stimulus_request import DISCARD_MS
from sims.measures.bands import band_powers
from sims.measures.cycles import during
from sims.measures.decoding import decode_by_templates
from sims.measures.templates import Template, template
from sims.runs.assemble import finished_run
from thalamus.names import RELAY

AREA = "V1"
Floats = NDArray[np.float64]
SpikesOf = Mapping[str, Spikes]


def read(
    planned: Plan, results: Mapping[str, Result], templates: Mapping[float, SpikesOf]
) -> RunData:
    """Measure the simulations of one run and gather them as run data.

    Parameters
    ----------
    planned : Plan
    results : mapping of simulation to Result
        "run", and "without L6" if it was made.
    templates : mapping of orientation to spikes by population
        From the congruent runs of the orientation V1 sees and of the orthogonal one; keys in deg.
    """
    main, circuit = results["run"], planned.lesioned
    inputs = RelayInputs(circuit, main, planned.request.seed)
    recording = _recording(
        circuit, main.spikes, planned.request.seed, main.duration_ms, inputs.conductance_ns()
    )
    cycles = recording.cycles()
    preferred = recording.orientation_deg
    cell = int(np.argmin(orientation_distance(preferred, np.array(planned.angles.actual))))
    return finished_run(
        circuit,
        main,
        planned.request.seed,
        meta={**planned.meta, "currents_pa": _expectation(planned)},
        metrics=_metrics(planned, results, recording, templates),
        voltages={RELAY: Voltages(v_mv=inputs.v_relay_mv[:, [cell]], cells=np.array([cell]))},
        conductance_ns={n: dict(parts) for n, parts in recording.conductance_ns.items()},
        charge=inputs.charge(cell, cycles) if len(cycles) else None,
        cycles=cycles,
        lfp=_field(circuit, main, inputs.wiring),
    )


def _expectation(planned: Plan) -> dict[str, list[float]]:
    """Give the currents that stand for an expectation, pA by population and cell, to run it again elsewhere."""
    currents = expect(planned.lesioned, planned.angles.predicted, planned.request.seed)
    return {name: values.tolist() for name, values in currents.items()}


class RelayInputs:
    """The input to the relay cells, reconstructed from spikes and wiring.

    Parameters
    ----------
    circuit : Circuit
        As it was simulated.
    result : Result
        With the voltages of all relay cells.
    seed : int
    """

    def __init__(self, circuit: Circuit, result: Result, seed: int) -> None:
        self.n_ms = int(result.duration_ms)
        self.wiring: Mapping[str, Edges] = drawn_as_learnt(circuit, seed)
        self.v_relay_mv: Floats = np.asarray(
            result.voltages_mv[RELAY][: self.n_ms], dtype=np.float64
        )
        self._projections: dict[str, Projection] = {
            n: p for n, p in projections(circuit).items() if p.target == RELAY
        }
        # Where a surrogate replaced the source's spikes, the synapses were driven by the surrogate.
        self._released = {
            n: result.surrogates.get(n, result.spikes[p.source])
            for n, p in self._projections.items()
        }
        self._tau_ms = populations(circuit)[RELAY].cell.tau_nmda_ms

    def conductance_ns(self) -> dict[str, Any]:
        """Give each projection's conductance by receptor, summed over all relay cells, shape (ms,)."""
        return {
            name: summed(
                self._released[name], self.wiring[name], p.stp, self.n_ms, self.v_relay_mv,
                self._tau_ms,
            )
            for name, p in self._projections.items()
        }  # fmt: skip

    def charge(self, cell: int, cycles: Cycles) -> Charge:
        """Give the charge each projection brings one relay cell in the two parts of a cycle."""
        v_mv = self.v_relay_mv[:, cell]
        inside = {part: during(cycles, part, self.n_ms) for part in ("prediction", "outcome")}
        return charge_by_pathway(
            {
                name: onto_cell(
                    self._released[name], self.wiring[name], p.stp, self.n_ms, cell, v_mv,
                    self._tau_ms,
                )
                for name, p in self._projections.items()
            },
            v_mv,
            inside,  # type: ignore[arg-type]
            len(cycles),
            RELAY,
            cell,
        )  # fmt: skip


def _metrics(
    planned: Plan,
    results: Mapping[str, Result],
    recording: Recording,
    templates: Mapping[float, SpikesOf],
) -> dict[str, Any]:
    main, seed, angles = results["run"], planned.request.seed, planned.angles
    sizes = populations(planned.lesioned)
    short_ms = min(main.duration_ms, DISCARD_MS + TEMPLATE_S * 1e3)
    known = {
        a: _template(planned.intact, templates[a], seed, short_ms)
        for a in (angles.actual, angles.orthogonal)
    }
    cut = results.get("without L6")
    metrics = measure(
        recording,
        seed=seed,
        predicted_deg=angles.predicted,
        actual_deg=angles.actual,
        templates=None
        if angles.predicted in (None, angles.actual)
        else (known[angles.orthogonal], known[angles.actual]),
        without_l6=None
        if cut is None
        else _recording(planned.lesioned, cut.spikes, seed, cut.duration_ms),
    )
    metrics |= band_powers(main.spikes, sizes, DISCARD_MS, main.duration_ms)
    return metrics | decode_by_templates(
        main.spikes, (templates[angles.actual], templates[angles.orthogonal]), sizes,
        DISCARD_MS, (DISCARD_MS + short_ms) / 2, main.duration_ms,
    )  # fmt: skip


def _recording(
    circuit: Circuit,
    spikes: SpikesOf,
    seed: int,
    stop_ms: float,
    conductance_ns: Mapping[str, Any] | None = None,
) -> Recording:
    cells = populations(circuit)
    return Recording(
        spikes=spikes,
        sizes={n: p.count for n, p in cells.items()},
        orientation_deg=coordinates(cells[RELAY], seed).orientation_deg,
        start_ms=DISCARD_MS,
        stop_ms=stop_ms,
        conductance_ns=conductance_ns or {},
    )


def _template(circuit: Circuit, spikes: SpikesOf, seed: int, stop_ms: float) -> Template:
    recording = _recording(circuit, spikes, seed, stop_ms)
    return template(spikes[RELAY], recording.sizes[RELAY], recording.cycles())


def _field(circuit: Circuit, result: Result, wiring: Mapping[str, Edges]) -> Lfp | None:
    """Give the field potential; None where the number of cells in the tissue is not known."""
    if uncounted(circuit, AREA):
        return None
    return laminar(circuit, AREA, result.spikes, wiring, int(result.duration_ms))
