"""What every number in an alternation's `metrics.json` means, and what the project hopes it is.

Plain tables, no computation: `sims.alternation.measures` fills them, the command line prints them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

#: Key -> unit ("" for a pure number), meaning. "prediction part" and "outcome part" are the silence
#: before and the time of a V1.L5IB population burst (`sims.measures.cycles`). A value that does not exist is
#: null, and `<key>_reason` says why. `<population>` stands for every population's own name.
METRICS: dict[str, tuple[str, str]] = {
    "theta_l5ib_hz": (
        "Hz",
        "peak of the V1.L5IB rate spectrum in 1-20 Hz (Welch, Hann 4 s, half overlap, parabola "
        "through the log power of the highest bin and its neighbours)",
    ),
    "theta_pulvinar_hz": ("Hz", "the same of the pulvinar relay cells"),
    "theta_prominence_db": (
        "dB",
        "height of the highest bin of the pulvinar's spectrum in 3-8 Hz over the median of 1-20 Hz; "
        "Poisson firing gives about 3.5",
    ),
    "theta_prominence_hz": (
        "Hz",
        "frequency of that bin; at 3 or 8 it is the edge of the band and no peak",
    ),
    "cycles": ("", "number of whole theta cycles measured"),
    "prediction_ms": ("ms", "mean length of the prediction part"),
    "outcome_ms": ("ms", "mean length of the outcome part"),
    "bursts_per_s_l5ib": ("1/s", "population bursts of V1.L5IB per second"),
    "spikes_per_burst_l5ib": (
        "",
        "mean number of spikes of a V1.L5IB cell in a population burst it takes part in",
    ),
    "l6_share_prediction": (
        "",
        "V2.L6CT conductance on all relay cells over that of V2.L6CT and V1.L5IB, AMPA + NMDA after "
        "magnesium block, each averaged over the prediction parts",
    ),
    "l6_share_outcome": ("", "the same over the outcome parts"),
    "l6_share_prediction_ampa": ("", "l6_share_prediction with AMPA alone"),
    "l6_share_outcome_ampa": ("", "l6_share_outcome with AMPA alone"),
    "relay_prediction_hz": (
        "Hz",
        "rate in the prediction part of the relay cells that prefer the predicted orientation "
        "(within 22.5 deg)",
    ),
    "relay_prediction_without_l6_hz": (
        "Hz",
        "relay_prediction_hz in a second run, same seed, without V2.L6CT -> Pulvinar",
    ),
    "relay_prediction_by_l6_hz": (
        "Hz",
        "relay_prediction_hz minus relay_prediction_without_l6_hz: the spikes L6 makes",
    ),
    "relay_prediction_actual_hz": (
        "Hz",
        "rate in the prediction part of the relay cells that prefer the actual orientation",
    ),
    "relay_outcome_hz": (
        "Hz",
        "rate in the outcome part of the relay cells that prefer the actual orientation",
    ),
    "relay_outcome_predicted_hz": (
        "Hz",
        "rate in the outcome part of the relay cells that prefer the predicted orientation",
    ),
    "relay_spikes_prediction": ("", "mean number of relay spikes in a prediction part"),
    "relay_spikes_outcome": ("", "mean number of relay spikes in an outcome part"),
    "content_prediction": (
        "",
        "fraction of cycles whose relay vector in the prediction part is nearer the template of the "
        "predicted than of the actual orientation; under 5 relay spikes is a miss",
    ),
    "content_outcome": (
        "",
        "fraction of cycles whose relay vector in the outcome part is nearer the template of the "
        "actual than of the predicted orientation; under 5 relay spikes is a miss",
    ),
    "content_chance": (
        "",
        "fraction right when the labels predicted and actual are shuffled over all parts (mean of "
        "1000 shuffles)",
    ),
    "burst_fraction_pulvinar": (
        "",
        "share of relay spikes in bursts: 100 ms or more of silence, then intervals of 4 ms or less "
        "(Lu, Guido & Sherman 1992)",
    ),
    "burst_fraction_lgn": ("", "the same of LGN.TC"),
    "rate_<population>_hz": ("Hz", "mean rate of the population, spikes/s per cell"),
    "power_<band>_<lamina>_db": (
        "dB",
        "power of the mean rate of all cells of a lamina or nucleus in theta (3-8 Hz), alpha (8-13) "
        "or gamma (30-80), in dB of 1 (spikes/s)^2 (Welch, Hann 1 s, half overlap)",
    ),
    "decode_<area>": (
        "",
        "share of 200 ms windows whose spike counts over the area's cells are nearer the template of "
        "what is shown than of the orthogonal orientation, learnt at another time (chance about .5)",
    ),
    # The rest is measured by the experiment `evoked`: a grating, the orthogonal one, a blank screen.
    "evoked_<population>_hz": ("Hz", "mean rate with the grating minus that with a blank screen"),
    "evoked_near_<population>_hz": (
        "Hz",
        "the same of the cells that prefer the grating's orientation (within 22.5 deg)",
    ),
    "evoked_driven_<population>_hz": (
        "Hz",
        "the same of the quarter of the relay cells whose drivers the grating raises most",
    ),
    "tuning_<population>": (
        "",
        "length of the mean vector of preferred orientations, weighted by evoked spikes (0 to 1)",
    ),
    "tuning_error_<population>_deg": ("deg", "how far that vector points from the grating"),
    "selectivity_<population>": (
        "",
        "evoked by the preferred minus by the orthogonal grating over their sum, of the cells that "
        "prefer either (within 22.5 deg)",
    ),
    "gain_lgn": (
        "",
        "slope, over LGN.TC cells, of their evoked rate against that of their retinal drivers",
    ),
    "gain_pulvinar": ("", "the same of Pulvinar.TRC against its V1.L5IB drivers"),
    "cells_up_<population>": (
        "",
        "share of cells that fire more than in the intact run (t test over 200 ms windows, two-sided "
        ".05: 2.5 % by chance); of two runs, in the published battery",
    ),
    "cells_down_<population>": ("", "the same of cells that fire less"),
}


@dataclass(frozen=True, slots=True)
class Goal:
    """A range a metric is hoped to lie in (both ends included) and where the hope comes from."""

    low: float
    high: float
    text: str

    def held(self, value: float | None) -> bool:
        """Tell whether a value reaches the goal; one that does not exist does not."""
        return value is not None and self.low <= value <= self.high


_ANY = float("inf")
_FIVE = "the theta rhythm: 5 Hz (O'Reilly 2026)"
#: In the conflict condition. They are hopes, not fits: a miss is reported as it is.
GOALS: dict[str, Goal] = {
    "theta_l5ib_hz": Goal(4.5, 5.5, _FIVE),
    "theta_pulvinar_hz": Goal(4.5, 5.5, _FIVE),
    "theta_prominence_db": Goal(10, _ANY, "at least 10; Poisson firing gives about 3.5"),
    "l6_share_prediction": Goal(0.6, 1, "layer 6 carries the prediction"),
    "l6_share_outcome": Goal(0, 0.4, "layer 5 carries the outcome"),
    "relay_prediction_by_l6_hz": Goal(1e-3, _ANY, "the layer 6 input must make spikes"),
    "content_prediction": Goal(0.8, 1, "the silence shows what is predicted"),
    "content_outcome": Goal(0.8, 1, "the burst shows what is there"),
}
_NOT_SILENT = 1e-3
_CORTEX = Goal(0.1, 15, "cortical excitatory cells in awake mouse (Allen Neuropixels)")
_INHIBITORY = Goal(_NOT_SILENT, 60, "inhibitory: not silent, at most 60")
_THALAMUS = {
    "LGN.TC": Goal(5, 60, "LGN spontaneous to evoked"),
    "Pulvinar.TRC": Goal(3, 30, "pulvinar spontaneous to evoked"),
}


def describe(key: str) -> tuple[str, str]:
    """Give unit and meaning of a metric; ("", "") for a key that is in no table."""
    fits = [pattern for pattern in METRICS if re.fullmatch(_expression(pattern), key)]
    if fits:  # the one that spells most of the key out
        return METRICS[max(fits, key=lambda pattern: len(re.sub(r"<\w+>", "", pattern)))]
    from sims.plasticity import metrics as plasticity_metrics
    from sims.prediction import metric_table as prediction_words

    unit, meaning = prediction_words.describe(key)
    return (unit, meaning) if meaning else plasticity_metrics.describe(key)


def _expression(pattern: str) -> str:
    """Regular expression of a key with placeholders; names of populations hold a point."""
    pieces = re.split(r"(<\w+>)", pattern)
    known = {"<band>": r"[a-z]+"}
    return "".join(known.get(p, r"[\w.]+") if p[:1] == "<" else re.escape(p) for p in pieces)


def goal_of(key: str) -> Goal | None:
    """Give the goal of a metric, or None where nothing is hoped for."""
    name = _population(key)
    if not name:
        return GOALS.get(key)
    if name in _THALAMUS:
        return _THALAMUS[name]
    area, _, kind = name.partition(".")
    if area == "TRN" or kind == "IN" or kind.endswith(("PV", "SST")):
        return _INHIBITORY
    return _CORTEX if kind.startswith("L") else None


def missed(metrics: Mapping[str, object]) -> list[str]:
    """List the keys whose goal was not reached, in the order of the metrics."""
    values = {k: v if isinstance(v, int | float) else None for k, v in metrics.items()}
    goals = {k: goal_of(k) for k in values}
    return [k for k, goal in goals.items() if goal is not None and not goal.held(values[k])]


def _population(key: str) -> str:
    """Read the population out of `rate_<population>_hz`; "" for another key."""
    if not (key.startswith("rate_") and key.endswith("_hz")):
        return ""
    return key.removeprefix("rate_").removesuffix("_hz")
