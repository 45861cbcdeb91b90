"""What every number in a prediction run's `metrics.json` means, and what is hoped of it."""

from __future__ import annotations

from sims.alternation.metrics import Goal

#: Key -> unit, meaning. Each is the mean over seeds; `<key>_per_seed` lists them, null where one does
#: not exist, and `<key>_reason` says why if none does (of rate_drift_max the largest is given, not the
#: mean). Learning is frozen at test.
METRICS: dict[str, tuple[str, str]] = {
    "accuracy_final": (
        "",
        "share of the last 80 test cycles whose prediction part is nearest the template of the item "
        "that comes; none of them is left out",
    ),
    "accuracy_half_cycle": (
        "",
        "the same, read over the whole 100 ms before: its first quarter is still the turnover",
    ),
    "accuracy_omitted": (
        "",
        "the same of the items left out, one in ten of a second test: nothing of them can leak",
    ),
    "accuracy_after_omitted": (
        "",
        "the same of the second and third item after one left out (the first has nothing to go by)",
    ),
    "accuracy_chance": (
        "",
        "accuracy when the items are shuffled over the test cycles (1000 times)",
    ),
    "accuracy_first_order": ("", "accuracy of the best predictor that knows the last item alone"),
    "cycles_to_90": (
        "",
        "training cycles until the running mean of 40 reaches .9, weights changing",
    ),
    "copy_fraction": ("", "share of test cycles that predict the item just seen"),
    "silent_fraction": ("", "share of test cycles with fewer than 3 relay spikes to predict with"),
    "prediction_corr": ("", "correlation of the relay cells in prediction and outcome part"),
    "copy_baseline_minus": ("", "correlation of the outcome before with this prediction"),
    "copy_baseline_plus": ("", "correlation of the outcome before with this outcome"),
    "prediction_corr_above": ("", "prediction_corr minus the larger of the two copy baselines"),
    "legal_rate": ("", "share of test cycles whose prediction was a legal symbol"),
    "legal_uniform": ("", "legal_rate of a guess"),
    "legal_most_common": ("", "legal_rate of always the one symbol that is legal most often"),
    "legal_first_order": ("", "legal_rate of the best symbol after the last one"),
    "rate_drift_max": (
        "",
        "largest factor, up or down, of any population's mean rate over the training against the "
        "untrained circuit; the maximum over seeds, not their mean",
    ),
    "rate_drift_population": ("", "whose, in the seed where it was largest"),
    "rate_slope_max": ("", "steepest slope over the second half of training, untrained rate/epoch"),
    "burst_lock": ("", "vector strength of V1.L5IB burst onsets in the time of an item, test"),
    "burst_lag_ms": ("ms", "median time from an item to its burst, test"),
    "bursts_per_item": ("", "share of test cycles with a burst"),
    "latency_l4_ms": ("ms", "onset of V1.L4E's answer: where prediction parts end"),
    "weight_mean": ("", "mean linear weight of the plastic synapses at the end (0.5 at the start)"),
    "weight_spread": ("", "their standard deviation"),
}

_ANY = float("inf")
#: What is hoped of any sequence, of each by name, and nothing besides of the user's own.
_STEADY = {"rate_drift_max": Goal(1, 2, "learning neither silences nor blows up the network")}
_BY_SEQUENCE: dict[str, dict[str, Goal]] = {
    "loop": {
        "accuracy_final": Goal(0.95, 1, "a loop is predicted without fail"),
        "accuracy_omitted": Goal(0.95, 1, "the same without the item, so that nothing leaks"),
        "cycles_to_90": Goal(0, 200, "a sketch of 700 cells took about 100"),
        "copy_fraction": Goal(0, 0.05, "a prediction is of the next item, not the last"),
        "prediction_corr_above": Goal(0.5, _ANY, "well above what copying the last item gives"),
    },
    "second-order": {
        "accuracy_final": Goal(0.85, 1, "above accuracy_first_order: the item before last counts"),
    },
    "irregular": {
        "accuracy_final": Goal(0.85, 1, "above accuracy_first_order, where neighbours contradict"),
    },
    "reber": {
        "legal_rate": Goal(0.75, 1, "clearly above legal_first_order"),
    },
    "shuffled": {
        "accuracy_final": Goal(0.05, 0.2, "chance is .125; two standard errors of 80 cycles"),
    },
}


def goals(sequence: str) -> dict[str, Goal]:
    """Give what is hoped of the intact circuit that sees a sequence of this name."""
    return {**_BY_SEQUENCE.get(sequence, {}), **_STEADY}


def describe(key: str) -> tuple[str, str]:
    """Give unit and meaning of a metric; ("", "") for one that is not of this experiment."""
    if key.endswith("_per_seed"):
        unit, meaning = METRICS.get(key.removesuffix("_per_seed"), ("", ""))
        return (unit, f"{meaning}; by seed") if meaning else ("", "")
    return METRICS.get(key, ("", ""))
