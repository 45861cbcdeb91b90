"""Measure a run of the alternation: from spikes and conductances to the numbers of `metrics.json`.

`sims.alternation.metrics` gives each number's meaning, unit and goal. A number that does not exist is
None, and `<key>_reason` says why; it is never NaN and never 0.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from circuits.analysis.spectra import THETA_HZ, peak, population_rate_hz, spectrum
from circuits.records import Spikes
from circuits.runs.run import Cycles, Metric, Part
from circuits.wiring import NEAR_DEG, prefers
from sims.alternation.groups import replacement, rhythm
from sims.measures.bursts import thalamic_bursts
from sims.measures.cycles import during, find_cycles
from sims.measures.metric import no_value
from sims.measures.templates import Template, chance, nearer_template, relay_vectors
from thalamus.names import BURSTER, DRIVER_PATHWAY, LGN_RELAY, MODULATOR_PATHWAY, RELAY

Floats = NDArray[np.float64]
Metrics = dict[str, Metric]
NO_CYCLES = "no theta cycle: V1.L5IB gives fewer than two population bursts"
PARTS: tuple[Part, Part] = ("prediction", "outcome")


@dataclass(frozen=True, kw_only=True)
class Recording:
    """What is measured of one run. Times and bins of 1 ms count from the start of the simulation.

    Parameters
    ----------
    spikes : mapping of population to Spikes
    sizes : mapping of population to int
        Modelled cells.
    orientation_deg : array, shape (relay cells,)
        Preferred orientation of the relay cells.
    start_ms, stop_ms : float
        What is before `start_ms` and after `stop_ms` is not measured.
    conductance_ns : mapping of projection to mapping of receptor to array, shape (n_ms,)
        Summed over all relay cells, as from `circuits.analysis.conductance.summed`. A projection that
        is missing (a lesion) counts as zero. An empty mapping means that nothing was recorded.
    """

    spikes: Mapping[str, Spikes]
    sizes: Mapping[str, int]
    orientation_deg: Floats
    start_ms: float
    stop_ms: float
    conductance_ns: Mapping[str, Mapping[str, Floats]]

    def cycles(self) -> Cycles:
        """Find the theta cycles, by the bursts of V1.L5IB."""
        return find_cycles(self.spikes[BURSTER], self.sizes[BURSTER], self.start_ms, self.stop_ms)


def measure(
    run: Recording,
    *,
    seed: int,
    predicted_deg: float | None = None,
    actual_deg: float | None = None,
    templates: tuple[Template, Template] | None = None,
    without_l6: Recording | None = None,
) -> Metrics:
    """Compute the metrics of `sims.alternation.metrics.METRICS`.

    Parameters
    ----------
    run : Recording
    seed : int
        The run's seed, for the shuffles of `content_chance`.
    predicted_deg, actual_deg : float, optional
        What V2 expects and what V1 sees; None where the condition has none.
    templates : pair of Template, optional
        Of the predicted and of the actual orientation, from congruent runs.
    without_l6 : Recording, optional
        A second run of the same seed without V2.L6CT -> Pulvinar.TRC. It has cycles of its own.

    Returns
    -------
    dict of str to float, int, str or None
    """
    cycles = run.cycles()
    metrics = (
        _rhythm(run) | _bursting(run, cycles) | _shares(run, cycles) | _inhibition(run, cycles)
    )
    metrics |= _relay_rates(run, cycles, predicted_deg, actual_deg)
    metrics |= replacement(metrics)
    metrics |= rhythm(
        run.spikes[RELAY], run.orientation_deg, predicted_deg, actual_deg, run.start_ms, run.stop_ms
    )
    metrics |= _without_l6(metrics["relay_prediction_hz"], without_l6, predicted_deg)
    metrics |= _content(run, cycles, predicted_deg, actual_deg, templates, seed)
    metrics |= _bursts(run, RELAY, "pulvinar") | _bursts(run, LGN_RELAY, "lgn")
    seconds = (run.stop_ms - run.start_ms) * 1e-3
    for name, n in run.sizes.items():
        if name in run.spikes and n:
            metrics[f"rate_{name}_hz"] = _count(run, name) / (n * seconds)
        else:
            metrics |= no_value(f"rate_{name}_hz", "no spikes recorded of this population")
    return _finite(metrics)


def _rhythm(run: Recording) -> Metrics:
    out: Metrics = {}
    prominence = ("theta_prominence_db", "theta_prominence_hz")
    for name, key in ((BURSTER, "theta_l5ib_hz"), (RELAY, "theta_pulvinar_hz")):
        rate = population_rate_hz(run.spikes[name], run.sizes[name], run.start_ms, run.stop_ms)
        frequency, power = spectrum(rate)
        highest, theta = peak(frequency, power), peak(frequency, power, THETA_HZ)
        if highest is None or theta is None:
            short = "the run is shorter than one window of 4 s"
            silent = f"{name} is silent"
            why = short if run.stop_ms - run.start_ms < 4000 else silent
            for missing in (key, *prominence) if name == RELAY else (key,):
                out |= no_value(missing, why)
            continue
        out[key] = highest.frequency_hz
        if name == RELAY:
            out |= dict(zip(prominence, (theta.prominence_db, theta.frequency_hz), strict=True))
    return out


def _bursting(run: Recording, cycles: Cycles) -> Metrics:
    out: Metrics = {"cycles": len(cycles)}
    for part in PARTS:
        parts = cycles.parts(part)
        if len(cycles):
            out[f"{part}_ms"] = float(np.mean(parts[:, 1] - parts[:, 0]))
        else:
            out |= no_value(f"{part}_ms", NO_CYCLES)
    n_bursts = len(cycles.burst_on_ms)
    out["bursts_per_s_l5ib"] = n_bursts / ((run.stop_ms - run.start_ms) * 1e-3)
    if n_bursts == 0:
        return out | no_value("spikes_per_burst_l5ib", "V1.L5IB gives no population burst")
    bursts = np.column_stack([cycles.burst_on_ms, cycles.burst_off_ms]).astype(np.float64)
    counts = relay_vectors(run.spikes[BURSTER], run.sizes[BURSTER], bursts)
    out["spikes_per_burst_l5ib"] = float(counts[counts > 0].mean())
    return out


def _shares(run: Recording, cycles: Cycles) -> Metrics:
    out: Metrics = {}
    for part in PARTS:
        for suffix, receptors in (("", ("AMPA", "NMDA")), ("_ampa", ("AMPA",))):
            key = f"l6_share_{part}{suffix}"
            if not len(cycles):
                out |= no_value(key, NO_CYCLES)
                continue
            if not run.conductance_ns:
                out |= no_value(key, "no conductances were reconstructed")
                continue
            layer6 = _mean_ns(run, MODULATOR_PATHWAY, receptors, cycles, part)
            cortical = layer6 + _mean_ns(run, DRIVER_PATHWAY, receptors, cycles, part)
            if cortical > 0:
                out[key] = layer6 / cortical
            else:
                out |= no_value(key, f"neither pathway opens a conductance in the {part} part")
    return out


def _inhibition(run: Recording, cycles: Cycles) -> Metrics:
    """Give the inhibitory conductance of a relay cell in each part, all its inputs together, nS."""
    out: Metrics = {}
    inputs = [by["GABA_A"] for by in run.conductance_ns.values() if "GABA_A" in by]
    for part in PARTS:
        key = f"inhibition_{part}_ns"
        if not len(cycles):
            out |= no_value(key, NO_CYCLES)
        elif not inputs:
            out |= no_value(key, "no inhibitory conductance was reconstructed")
        else:
            total: Floats = np.sum(inputs, axis=0)
            inside = during(cycles, part, len(total))
            out[key] = float(total[inside].mean()) / run.sizes[RELAY] if inside.any() else 0.0
    return out


def _mean_ns(
    run: Recording, pathway: str, receptors: tuple[str, ...], cycles: Cycles, part: Part
) -> float:
    """Average a pathway's conductance over all bins of a part, parallel projections summed."""
    total = 0.0
    for name, by_receptor in run.conductance_ns.items():
        if name == pathway or name.startswith(f"{pathway} #"):
            for receptor in receptors:
                g = by_receptor.get(receptor)
                if g is not None:
                    inside = during(cycles, part, len(g))
                    total += float(g[inside].mean()) if inside.any() else 0.0
    return total


def _relay_rates(
    run: Recording, cycles: Cycles, predicted_deg: float | None, actual_deg: float | None
) -> Metrics:
    out: Metrics = {}
    rows: tuple[tuple[str, Part, float | None, str], ...] = (
        ("relay_prediction_hz", "prediction", predicted_deg, "predicted"),
        ("relay_prediction_actual_hz", "prediction", actual_deg, "actual"),
        ("relay_outcome_hz", "outcome", actual_deg, "actual"),
        ("relay_outcome_predicted_hz", "outcome", predicted_deg, "predicted"),
    )
    for key, part, angle, kind in rows:
        if angle is None:
            out |= no_value(key, f"this condition has no {kind} orientation")
            continue
        rate = _tuned_rate(run, cycles, part, angle)
        out |= {key: rate} if isinstance(rate, float) else no_value(key, rate)
    for part in PARTS:
        if len(cycles):
            vectors = relay_vectors(run.spikes[RELAY], run.sizes[RELAY], cycles.parts(part))
            out[f"relay_spikes_{part}"] = float(vectors.sum(axis=1).mean())
        else:
            out |= no_value(f"relay_spikes_{part}", NO_CYCLES)
    return out


def _tuned_rate(run: Recording, cycles: Cycles, part: Part, angle_deg: float) -> float | str:
    """Give the rate of the relay cells tuned to an angle during a part, or the reason why none exists."""
    if not len(cycles):
        return NO_CYCLES
    group = prefers(run.orientation_deg, angle_deg)
    if not group.any():
        return f"no relay cell prefers an orientation within {NEAR_DEG} deg of {angle_deg:g}"
    parts = cycles.parts(part)
    seconds = float((parts[:, 1] - parts[:, 0]).sum()) * 1e-3
    if seconds <= 0:
        return f"the {part} parts have no length"
    vectors = relay_vectors(run.spikes[RELAY], run.sizes[RELAY], parts)
    return float(vectors[:, group].sum() / (group.sum() * seconds))


def _without_l6(
    intact_hz: Metric, without_l6: Recording | None, predicted_deg: float | None
) -> Metrics:
    key, difference = "relay_prediction_without_l6_hz", "relay_prediction_by_l6_hz"
    if without_l6 is None:
        why = "no run without V2.L6CT -> Pulvinar was made; a battery lesions it for itself"
    elif predicted_deg is None:
        why = "this condition has no predicted orientation"
    else:
        rate = _tuned_rate(without_l6, without_l6.cycles(), "prediction", predicted_deg)
        if isinstance(rate, float):
            if isinstance(intact_hz, float):
                return {key: rate, difference: intact_hz - rate}
            return {key: rate} | no_value(difference, "relay_prediction_hz does not exist")
        why = f"in the run without V2.L6CT -> Pulvinar: {rate}"
    return no_value(key, why) | no_value(difference, why)


def _content(
    run: Recording,
    cycles: Cycles,
    predicted_deg: float | None,
    actual_deg: float | None,
    templates: tuple[Template, Template] | None,
    seed: int,
) -> Metrics:
    keys = ("content_prediction", "content_outcome", "content_chance")
    why = ""
    if predicted_deg is None or actual_deg is None:
        why = "this condition does not have both a predicted and an actual orientation"
    elif (predicted_deg - actual_deg) % 180 == 0:
        why = "predicted and actual orientation are the same"
    elif templates is None:
        why = "no templates were made from congruent runs"
    elif not len(cycles):
        why = NO_CYCLES
    if why or templates is None:
        return {k: v for key in keys for k, v in no_value(key, why).items()}
    nearer: dict[Part, NDArray[np.int64]] = {}
    for part in PARTS:
        predicted, actual = (getattr(t, part) for t in templates)
        if predicted is None or actual is None or not (predicted.any() and actual.any()):
            why = f"a congruent run has no relay spikes in the {part} part"
            return {k: v for key in keys for k, v in no_value(key, why).items()}
        vectors = relay_vectors(run.spikes[RELAY], run.sizes[RELAY], cycles.parts(part))
        nearer[part] = nearer_template(vectors, predicted, actual)
    return {
        "content_prediction": float(np.mean(nearer["prediction"] == 1)),
        "content_outcome": float(np.mean(nearer["outcome"] == -1)),
        "content_chance": chance(nearer, seed),
    }


def _bursts(run: Recording, name: str, label: str) -> Metrics:
    return thalamic_bursts(run.spikes, name, label, run.start_ms, run.stop_ms)


def _count(run: Recording, name: str) -> int:
    times = run.spikes[name].times_ms
    return int(np.sum((times >= run.start_ms) & (times < run.stop_ms)))


def _finite(metrics: Metrics) -> Metrics:
    """Turn what is not a finite number into None with a reason: JSON has no NaN."""
    out: Metrics = {}
    for key, value in metrics.items():
        bad = isinstance(value, float) and not math.isfinite(value)
        out |= no_value(key, "not a finite number") if bad else {key: value}
    return out
