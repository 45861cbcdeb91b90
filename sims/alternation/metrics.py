"""The metrics of the alternation: meaning, unit, goal and bound of each number of `metrics.json`.

The prediction part of a cycle is the silence before a population burst of V1.L5IB; the outcome part is
the time of the burst (`sims.measures.cycles`). A value that does not exist is null, and `<key>_reason`
says why. Primary metrics and bounds were declared before any lesion was run. `sims.alternation.measures`
computes all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from areas.awake import AWAKE_HZ, FACTOR, SOURCE
from sims.measures.metric import Bound, Goal, Goals, Metric, MetricTable, above, none_hoped
from sims.measures.shared_metrics import CELLS_CHANGED, SHARED

_RHYTHM = "the theta rhythm: 5 Hz (O'Reilly 2026)"


def _group(name: str, *, primary: bool = False) -> tuple[Metric, Metric]:
    """Give the rhythm of one group of relay cells."""
    cells = f"the relay cells that prefer the {name} orientation (within 22.5 deg)"
    return (
        Metric(
            key=f"theta_{name}_hz",
            unit="Hz",
            meaning=f"highest bin in 3-8 Hz of the rate spectrum of {cells}; 3 or 8 is no peak",
            goal=Goal(4.5, 5.5, _RHYTHM),
            bound=Bound(0.5, "two bins of the 4 s Welch spectrum (0.25 Hz)"),
            headline=True,
        ),
        Metric(
            key=f"theta_{name}_db",
            unit="dB",
            meaning=(
                f"height of that bin, of {cells}, over the median of 1-20 Hz; Poisson firing gives "
                "about 3.5"
            ),
            goal=above(10, "at least 10; Poisson firing gives about 3.5"),
            bound=Bound(2.0, "half of what Poisson firing gives (3.5 dB), rounded up"),
            primary=primary,
            headline=not primary,
        ),
    )


_ROWS = (
    Metric(
        key="theta_l5ib_hz",
        unit="Hz",
        meaning=(
            "peak of the V1.L5IB rate spectrum in 1-20 Hz (Welch, Hann 4 s, half overlap,"
            " parabola through the log power of the highest bin and its neighbours)"
        ),
        goal=Goal(4.5, 5.5, _RHYTHM),
        bound=Bound(0.5, "two bins of the 4 s Welch spectrum (0.25 Hz)"),
    ),
    Metric(
        key="theta_pulvinar_hz",
        unit="Hz",
        meaning=(
            "peak of the rate spectrum of the pulvinar relay cells in 1-20 Hz (Welch, "
            "Hann 4 s, half overlap, parabola through the log power of the highest bin "
            "and its neighbours)"
        ),
        bound=Bound(0.5, "two bins of the 4 s Welch spectrum (0.25 Hz)"),
        headline=True,
    ),
    Metric(
        key="theta_prominence_db",
        unit="dB",
        meaning=(
            "height of the highest bin of the pulvinar's spectrum in 3-8 Hz over the "
            "median of 1-20 Hz; Poisson firing gives about 3.5"
        ),
        bound=Bound(2.0, "half of what Poisson firing gives (3.5 dB), rounded up"),
        headline=True,
    ),
    *_group("predicted", primary=True),
    *_group("actual"),
    Metric(
        key="groups_phase_deg",
        unit="deg",
        meaning=(
            "phase between the rates of the predicted and of the actual cells at the peak of the "
            "latter, 0-360; 180: one is high when the other is low"
        ),
        goal=Goal(135, 225, "the groups take turns: 180 +- 45 deg"),
        bound=Bound(22.5, "an eighth of half a cycle"),
        headline=True,
    ),
    Metric(
        key="replacement",
        unit="",
        meaning=(
            "share of the predicted cells' rate that the outcome takes away: 1 - "
            "relay_outcome_predicted_hz / relay_prediction_hz; negative where it adds"
        ),
        goal=Goal(0.5, 1, "the outcome replaces the prediction (O'Reilly 2026)"),
        bound=Bound(0.1, "a tenth of the rate"),
        primary=True,
    ),
    Metric(
        key="actual_in_prediction",
        unit="",
        meaning=(
            "rate of the actual cells in the prediction part over their rate in the outcome part: "
            "relay_prediction_actual_hz / relay_outcome_hz"
        ),
        goal=Goal(0, 0.25, "the prediction shows what is predicted"),
        bound=Bound(0.1, "a tenth of the rate"),
        headline=True,
    ),
    Metric(
        key="theta_prominence_hz",
        unit="Hz",
        meaning=(
            "frequency of the highest bin of the pulvinar's spectrum in 3-8 Hz; a value "
            "of 3 or 8 is the edge of that band and no peak"
        ),
        bound=Bound(0.5, "two bins of the 4 s Welch spectrum (0.25 Hz)"),
        headline=True,
    ),
    Metric(
        key="cycles",
        unit="",
        meaning="number of whole theta cycles measured",
        bound=Bound(0.1, "a tenth of the mean", of_mean=True),
    ),
    Metric(
        key="prediction_ms",
        unit="ms",
        meaning=(
            "mean length of the prediction part: the silence before a V1.L5IB population burst"
        ),
        bound=Bound(10.0, "a twentieth of a 200 ms cycle"),
        headline=True,
    ),
    Metric(
        key="outcome_ms",
        unit="ms",
        meaning="mean length of the outcome part: the time of a V1.L5IB population burst",
        bound=Bound(10.0, "a twentieth of a 200 ms cycle"),
        headline=True,
    ),
    Metric(
        key="bursts_per_s_l5ib",
        unit="1/s",
        meaning="population bursts of V1.L5IB per second",
        bound=Bound(0.5, "as for the theta peak"),
        headline=True,
    ),
    Metric(
        key="spikes_per_burst_l5ib",
        unit="",
        meaning=("mean number of spikes of a V1.L5IB cell in a population burst it takes part in"),
        bound=Bound(0.3, "a tenth of 3 spikes"),
    ),
    Metric(
        key="l6_share_prediction",
        unit="",
        meaning=(
            "mean conductance of V2.L6CT on all relay cells in the prediction parts, "
            "divided by that of V2.L6CT and V1.L5IB together; AMPA + NMDA after the "
            "magnesium block"
        ),
        goal=Goal(0.6, 1, "layer 6 carries the prediction"),
        bound=Bound(0.05, "a twentieth of the input"),
    ),
    Metric(
        key="l6_share_outcome",
        unit="",
        meaning=(
            "mean conductance of V2.L6CT on all relay cells in the outcome parts, divided "
            "by that of V2.L6CT and V1.L5IB together; AMPA + NMDA after the magnesium "
            "block"
        ),
        goal=Goal(0, 0.4, "layer 5 carries the outcome"),
        bound=Bound(0.05, "a twentieth of the input"),
    ),
    Metric(
        key="l6_share_prediction_ampa",
        unit="",
        meaning="l6_share_prediction computed from the AMPA conductances alone",
        bound=Bound(0.05, "a twentieth of the input"),
    ),
    Metric(
        key="l6_share_outcome_ampa",
        unit="",
        meaning="l6_share_outcome computed from the AMPA conductances alone",
        bound=Bound(0.05, "a twentieth of the input"),
    ),
    *(
        Metric(
            key=f"inhibition_{part}_ns",
            unit="nS",
            meaning=(
                f"GABA_A conductance of a relay cell in the {part} part, all its inhibitory inputs "
                "together, mean over cells and time; at one potential and length of the part it is "
                "proportional to the inhibitory charge"
            ),
            bound=Bound(0.1, "a tenth of the mean", of_mean=True),
        )
        for part in ("prediction", "outcome")
    ),
    Metric(
        key="relay_prediction_hz",
        unit="Hz",
        meaning=(
            "rate in the prediction part of the relay cells that prefer the predicted "
            "orientation (within 22.5 deg)"
        ),
        bound=Bound(1.0, "one spike in five theta cycles"),
        primary=True,
        headline=True,
    ),
    Metric(
        key="relay_prediction_without_l6_hz",
        unit="Hz",
        meaning=(
            "relay_prediction_hz in a second run of the same seed without V2.L6CT -> Pulvinar.TRC"
        ),
        bound=Bound(1.0, "one spike in five theta cycles"),
        headline=True,
    ),
    Metric(
        key="relay_prediction_by_l6_hz",
        unit="Hz",
        meaning=(
            "relay_prediction_hz minus relay_prediction_without_l6_hz: the spikes that need layer 6"
        ),
        goal=above(5, "the prediction needs layer 6"),
        bound=Bound(1.0, "one spike in five theta cycles"),
    ),
    Metric(
        key="relay_prediction_actual_hz",
        unit="Hz",
        meaning=(
            "rate in the prediction part of the relay cells that prefer the actual "
            "orientation (within 22.5 deg)"
        ),
        bound=Bound(1.0, "one spike in five theta cycles"),
    ),
    Metric(
        key="relay_outcome_hz",
        unit="Hz",
        meaning=(
            "rate in the outcome part of the relay cells that prefer the actual "
            "orientation (within 22.5 deg)"
        ),
        bound=Bound(1.0, "one spike in five theta cycles"),
        primary=True,
        headline=True,
    ),
    Metric(
        key="relay_outcome_predicted_hz",
        unit="Hz",
        meaning=(
            "rate in the outcome part of the relay cells that prefer the predicted "
            "orientation (within 22.5 deg)"
        ),
        bound=Bound(1.0, "one spike in five theta cycles"),
        headline=True,
    ),
    Metric(
        key="relay_spikes_prediction",
        unit="",
        meaning="mean number of spikes of all relay cells in a prediction part",
        bound=Bound(0.1, "a tenth of the mean", of_mean=True),
    ),
    Metric(
        key="relay_spikes_outcome",
        unit="",
        meaning="mean number of spikes of all relay cells in an outcome part",
        bound=Bound(0.1, "a tenth of the mean", of_mean=True),
    ),
    Metric(
        key="content_prediction",
        unit="",
        meaning=(
            "share of cycles whose relay vector in the prediction part is nearer the "
            "template of the predicted than of the actual orientation; a part with fewer "
            "than 5 relay spikes counts as a miss"
        ),
        goal=Goal(0.9, 1, "the silence shows what is predicted"),
        bound=Bound(0.1, "one cycle in ten"),
        primary=True,
    ),
    Metric(
        key="content_outcome",
        unit="",
        meaning=(
            "share of cycles whose relay vector in the outcome part is nearer the "
            "template of the actual than of the predicted orientation; a part with fewer "
            "than 5 relay spikes counts as a miss"
        ),
        goal=Goal(0.9, 1, "the burst shows what is there"),
        bound=Bound(0.1, "one cycle in ten"),
        primary=True,
    ),
    Metric(
        key="content_chance",
        unit="",
        meaning=(
            "share of parts decoded right when the labels predicted and actual are "
            "shuffled over all parts (mean of 1000 shuffles)"
        ),
        bound=Bound(0.1, "one cycle in ten"),
        headline=True,
    ),
)

METRICS = MetricTable((*_ROWS, *SHARED, *CELLS_CHANGED))

_CORTEX = Goal(0.1, 15, "cortical excitatory cells in awake mouse (Allen Neuropixels)")
_RETICULAR = Goal(5, 20, "TRN (recalled, not re-read)")
_INHIBITORY = Goal(1e-3, 60, "inhibitory cells: not silent, at most 60")
_RELAY = {
    "relay": Goal(3, 30, "pulvinar spontaneous to evoked"),
    "lgn_relay": Goal(5, 60, "LGN spontaneous to evoked"),
}


def goals(meta: Mapping[str, Any]) -> Goals:
    """Give what is hoped of a run: of the intact circuit in the conflict condition, of no other.

    Parameters
    ----------
    meta : mapping
        The run's meta data; its spec says of each population what it is.
    """
    experiment = meta.get("experiment") or {}
    if meta.get("lesions") or meta.get("settings") or experiment.get("condition") != "conflict":
        return none_hoped
    spec = meta.get("spec") or {}
    roles = {name: role for role, name in (spec.get("roles") or {}).items()}
    populations = {p["name"]: p for p in spec.get("populations", ())}

    def hoped(key: str) -> Goal | None:
        if key.startswith("rate_") and key.endswith("_hz"):
            name = key.removeprefix("rate_").removesuffix("_hz")
            return _of_rate(populations.get(name), roles.get(name, ""))
        return METRICS.goal(key)

    return hoped


def _of_rate(population: Mapping[str, Any] | None, role: str) -> Goal | None:
    if population is None or population.get("spike_source"):
        return None
    if role in _RELAY:
        return _RELAY[role]
    awake = AWAKE_HZ.get((population["lamina"], population["kind"]))
    if awake is not None:
        return Goal(
            round(awake.slowest_hz / FACTOR, 2), round(awake.fastest_hz * FACTOR, 1), SOURCE
        )
    if population["kind"] == "reticular":
        return _RETICULAR
    if population["transmitter"] == "inh":
        return _INHIBITORY
    return _CORTEX if population["lamina"] else None
