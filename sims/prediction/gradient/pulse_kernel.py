"""What a spike that is caused in the running circuit does to the weights, by its time before the read-out.

`ctloop measure pulse-kernel` records a circuit with frozen weights, and then again with the same random numbers
and a brief pulse into the relay cells that prefer what is foretold (`probe`), in every other cycle. The kinase rule
is replayed on the spikes of both recordings, at the read-outs of the first. The difference, for each spike that the
pulse caused, is the kernel as the circuit has it: with what the pulse sets off elsewhere. Beside it stands that of
`causal-kernel`: one spike put into the first recording at the same time, and nothing else changed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from circuits.errors import CtloopError
from circuits.layout import coordinates
from circuits.learning.replay.changes import differences
from circuits.learning.replay.synapse_trains import trains_of
from circuits.records import Spikes
from circuits.spec import populations
from sims.measures.intervals import over_columns
from sims.prediction.analyses.seeds import each_seed
from sims.prediction.epoch import RELAY
from sims.prediction.gradient.causal_kernel import PARTS
from sims.prediction.gradient.error_index import some_synapses
from sims.prediction.gradient.probe import PROBE, foretold_deg, near, pulses, with_probe
from sims.prediction.gradient.recording import Recording, learnt, recording_of, show
from sims.prediction.gradient.rules import KINASE, rules_of
from sims.report.result_table import Cell, ResultTable
from sims.stimuli.sequences import named

if TYPE_CHECKING:
    from circuits.engine.simulate import Report
    from sims.prediction.gradient.declaration import PulseKernelRequest
    from sims.report.progress import Progress

#: Times of the pulse before the read-out, ms.
BEFORE_MS = (10.0, 20.0, 28.0, 40.0, 60.0, 80.0, 110.0, 140.0)
#: A pulse comes in one of so many cycles; those between show what is left of it a cycle later.
EVERY = 2
#: A spike this soon after a pulse is caused by it, ms.
DIRECT_MS = 8.0
#: A pulse that caused fewer spikes a cell is not read: its effect would be divided by about nothing.
LEAST_SPIKES = 0.2

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Pulsed:
    """What pulses did in one circuit; arrays (times,), by `BEFORE_MS`.

    Attributes
    ----------
    caused : array
        Spikes a cell and pulse within `DIRECT_MS`, more than without.
    effect : array
        Change of a weight for each of them, before bound and homeostasis, in the rule's unit; NaN where too few
        were caused.
    put_in : array
        Change of a weight by one spike put into the recording instead.
    later : array
        Change of a weight a cycle later, for each spike caused: what the pulse left behind.
    part : tuple of str
        In which part of the cycle most pulses lie.
    parts_ms : array (4,)
        start, known, burst and read-out (0) of the mean cycle, ms before the read-out.
    """

    caused: Floats
    effect: Floats
    put_in: Floats
    later: Floats
    part: tuple[str, ...]
    parts_ms: Floats

    def relative(self, of: Floats) -> Floats:
        """Give effects as shares of that of a spike put into the outcome."""
        outcome = [k for k, part in enumerate(self.part) if part == "outcome"]
        shares: Floats = (
            of / abs(self.put_in[outcome].mean()) if outcome else np.full(of.size, np.nan)
        )
        return shares


def measure(request: PulseKernelRequest, shown: Progress) -> ResultTable:
    """Work out what pulses do, for each seed.

    Parameters
    ----------
    request : PulseKernelRequest
    shown : Progress

    Returns
    -------
    ResultTable
        A row a time of the pulse: means over seeds.
    """
    many = request.simulations(1 + len(BEFORE_MS))
    seeds = each_seed(request.seed_numbers, shown, simulations=many)
    return table_of([pulsed(request, seed, report) for seed, report in seeds])


def pulsed(request: PulseKernelRequest, seed: int, report: Report) -> Pulsed:
    """Simulate one circuit without pulses and with them, at each of `BEFORE_MS`."""
    _, circuit = request.circuits()
    grammar = named(request.then)
    own = learnt(circuit, named(request.sequence), seed, request.cycles, request.engine, report)
    probed = with_probe(own)

    def recorded(centre_deg: Floats, at_ms: Floats) -> Recording:
        spikes = pulses(probed, seed, centre_deg, at_ms)
        return recording_of(
            show(probed, grammar, seed, request.recorded, request.engine, report, {PROBE: spikes})
        )

    before = recorded(np.empty(0), np.empty(0))
    preferred = coordinates(populations(circuit)[RELAY], seed).orientation_deg
    centre = foretold_deg(before.prediction_hz, preferred)
    cycles = np.arange(1, len(before.read) - 1, EVERY)
    if not cycles.size:
        msg = "fewer than three items were read out, so there is no cycle for a pulse; raise --recorded"
        raise CtloopError(msg)
    some = some_synapses(before, seed, request.senders)
    found = []
    for ahead in BEFORE_MS:
        at = before.windows_ms[cycles, 3] - ahead
        chosen = [near(preferred, c) for c in centre[cycles]]
        after = recorded(centre[cycles], at)
        found.append(effect_of((before, after), some, cycles, at, chosen))
    caused, effect, put_in, later = np.array(found).T
    parts = tuple(part_of(before, cycles, ahead) for ahead in BEFORE_MS)
    ahead_ms = (before.windows_ms[:, 3:] - before.windows_ms).mean(axis=0)
    return Pulsed(caused, effect, put_in, later, parts, ahead_ms)


def effect_of(
    recordings: tuple[Recording, Recording],
    some: NDArray[np.int64],
    cycles: NDArray[np.int64],
    at_ms: Floats,
    chosen: list[NDArray[np.bool_]],
) -> tuple[float, float, float, float]:
    """Give what pulses at one time before the read-out did, as means over the cycles.

    Parameters
    ----------
    recordings : tuple of Recording
        Without and with the pulses; read-outs are those of the first.
    some : array (synapses,)
        Which synapses.
    cycles : array (pulses,)
        Cycles with a pulse.
    at_ms : array (pulses,)
        When it came.
    chosen : list of array (receivers,)
        Into which cells.

    Returns
    -------
    caused, effect, put_in, later : float
        As in `Pulsed`.
    """
    before, after = recordings
    rule, edges, reads = rules_of(before)[KINASE], before.edges, before.all_reads_ms
    put = with_spikes(before.receiver, chosen, at_ms)
    without, with_pulses, with_put = (
        differences(rule, edges, sender, receiver, reads, some)
        for sender, receiver in (
            (before.sender, before.receiver),
            (after.sender, after.receiver),
            (before.sender, put),
        )
    )
    rows = list[tuple[float, ...]]()
    for cycle, at, cells in zip(cycles.tolist(), at_ms.tolist(), chosen, strict=True):
        read, mine = before.read[cycle], cells[edges.post[some]]
        if not mine.any():
            continue
        fired = [
            _spikes_between(one.receiver[cells], at, at + DIRECT_MS) / cells.sum()
            for one in (before, after)
        ]
        moved = (with_pulses - without)[mine].mean(axis=0)
        put_in = (with_put - without)[mine, read].mean()
        rows.append((fired[1] - fired[0], moved[read], moved[before.read[cycle + 1]], put_in))
    caused, effect, later, put_in = np.mean(rows, axis=0).tolist() if rows else [math.nan] * 4
    if not caused >= LEAST_SPIKES:
        return caused, math.nan, put_in, math.nan
    return caused, effect / caused, put_in, later / caused


def _spikes_between(trains: Floats, from_ms: float, to_ms: float) -> int:
    return int(((trains >= from_ms) & (trains <= to_ms)).sum())


def with_spikes(trains: Floats, chosen: list[NDArray[np.bool_]], at_ms: Floats) -> Floats:
    """Put one spike into the trains of chosen cells at each time."""
    times = [
        trains[np.isfinite(trains)],
        *(np.full(c.sum(), t) for c, t in zip(chosen, at_ms, strict=True)),
    ]
    cells = [np.nonzero(np.isfinite(trains))[0], *(np.flatnonzero(c) for c in chosen)]
    return trains_of(Spikes(np.concatenate(times), np.concatenate(cells)), len(trains))


def part_of(before: Recording, cycles: NDArray[np.int64], ahead: float) -> str:
    """Name the part of the cycle in which most pulses lie."""
    windows = before.windows_ms[cycles]
    at = windows[:, 3] - ahead
    inside = [((windows[:, k] <= at) & (at < windows[:, k + 1])).mean() for k in range(len(PARTS))]
    return PARTS[int(np.argmax(inside))] if max(inside) >= 0.5 else "earlier"


def table_of(found: list[Pulsed]) -> ResultTable:
    """Lay out the effects over seeds, and write them flat as metrics; `results` is what is drawn."""
    rows, metrics = list[tuple[Cell, ...]](), dict[str, float]()
    effects = over_columns(np.array([one.relative(one.effect) for one in found]))
    put_in = over_columns(np.array([one.relative(one.put_in) for one in found]))
    later = over_columns(np.array([one.relative(one.later) for one in found]))
    caused = over_columns(np.array([one.caused for one in found]))
    for k, ahead in enumerate(BEFORE_MS):
        effect = effects[k]
        rows.append(
            (ahead, found[0].part[k], effect.n, caused[k].mean, effect.mean, effect.low, effect.high,
             put_in[k].mean, later[k].mean)
        )  # fmt: skip
        metrics |= effect.metrics(f"pulse_effect_{ahead:g}ms")
    return ResultTable(
        title="What a relay spike caused in the circuit does to its weights, by its time before the read-out",
        heads=(
            "ms before the read-out", "part", "seeds", "spikes caused a cell", "effect of each", "low", "high",
            "of one put in", "a cycle later",
        ),
        rows=tuple(rows),
        notes=(
            "Pulses into the relay cells that prefer what is foretold. Effects are shares of that of a spike put into "
            "the recording in the outcome. By the exact rule they are below 0 up to the burst and above 0 after it.",
            "Put in: the same spikes in the recording without pulses, where nothing follows from them. A cycle later: "
            "the difference at the next read-out, before which no pulse came. A pulse causes what comes within "
            f"{DIRECT_MS:g} ms; where that is fewer than {LEAST_SPIKES:g} spikes a cell no effect is read. All before "
            "bound and homeostasis.",
        ),
        metrics=metrics,
        results={
            "before_ms": BEFORE_MS,
            "parts_ms": np.mean([one.parts_ms for one in found], axis=0),
            "effect": {part: [getattr(m, part) for m in effects] for part in ("mean", "low", "high")},
            "put_in": [m.mean for m in put_in],
            "seeds": len(found),
        },
    )  # fmt: skip
