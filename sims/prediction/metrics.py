"""What every number of a prediction run's `metrics.json` means, and what is hoped of it.

Each is the mean over the run's seeds; `<key>_per_seed` lists them, null where one does not exist, and
`<key>_reason` says why if none does. Learning is frozen at the tests.

Primary, so tested in a battery of lesions, are: whether the next item is decoded before it comes, also
where it is left out and nothing of it can leak; whether the last item is shown instead; whether the
relay cells' prediction resembles the outcome more than a copy of the last outcome would; whether
what is predicted is legal, where several items may follow; and whether learning leaves rates as
they are. `cycles_to_90` is not one of them: a circuit that does not learn has none, so that pairs of
seeds would be lost where the effect is largest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sims.measures.metric import Bound, Goal, Goals, Metric, MetricTable, above, none_hoped

METRICS = MetricTable(
    (
        Metric(
            key="accuracy_final",
            unit="",
            meaning=(
                "share of the last 80 test cycles whose prediction part is nearest the "
                "template of the item that comes; none of them is left out"
            ),
            bound=Bound(0.05, "one test cycle in twenty"),
            primary=True,
            headline=True,
        ),
        Metric(
            key="accuracy_half_cycle",
            unit="",
            meaning=(
                "the same, read over the whole 100 ms before: its first quarter is still the "
                "turnover"
            ),
            bound=Bound(0.05, "one test cycle in twenty"),
        ),
        Metric(
            key="accuracy_omitted",
            unit="",
            meaning=(
                "the same of the items left out, one in ten of a second test: nothing of them"
                " can leak"
            ),
            bound=Bound(0.1, "about one of the twelve items left out of 120"),
            primary=True,
            headline=True,
        ),
        Metric(
            key="accuracy_after_omitted",
            unit="",
            meaning=(
                "the same of the second and third item after one left out (the first has "
                "nothing to go by)"
            ),
            bound=Bound(0.1, "about two of the 24 items of 120"),
        ),
        Metric(
            key="accuracy_chance",
            unit="",
            meaning="accuracy when the items are shuffled over the test cycles (1000 times)",
        ),
        Metric(
            key="accuracy_first_order",
            unit="",
            meaning="accuracy of the best predictor that knows the last item alone",
            headline=True,
        ),
        Metric(
            key="cycles_to_90",
            unit="",
            meaning="training cycles until the running mean of 40 reaches .9, weights changing",
            bound=Bound(20.0, "half of the running mean's window"),
            headline=True,
        ),
        Metric(
            key="copy_fraction",
            unit="",
            meaning="share of test cycles that predict the item just seen",
            bound=Bound(0.05, "one test cycle in twenty"),
            primary=True,
            headline=True,
        ),
        Metric(
            key="silent_fraction",
            unit="",
            meaning="share of test cycles with fewer than 3 relay spikes to predict with",
            bound=Bound(0.05, "one test cycle in twenty"),
        ),
        Metric(
            key="prediction_corr",
            unit="",
            meaning="correlation of the relay cells in prediction and outcome part",
            bound=Bound(0.1, "a tenth of perfect correlation"),
            headline=True,
        ),
        Metric(
            key="copy_baseline_minus",
            unit="",
            meaning="correlation of the outcome before with this prediction",
            bound=Bound(0.1, "a tenth of perfect correlation"),
        ),
        Metric(
            key="copy_baseline_plus",
            unit="",
            meaning="correlation of the outcome before with this outcome",
            bound=Bound(0.1, "a tenth of perfect correlation"),
        ),
        Metric(
            key="prediction_corr_above",
            unit="",
            meaning="prediction_corr minus the larger of the two copy baselines",
            bound=Bound(0.1, "a tenth of perfect correlation"),
            primary=True,
            headline=True,
        ),
        Metric(
            key="legal_rate",
            unit="",
            meaning="share of test cycles whose prediction was a legal symbol",
            bound=Bound(0.05, "one test cycle in twenty"),
            primary=True,
            headline=True,
        ),
        Metric(
            key="legal_uniform",
            unit="",
            meaning="legal_rate of a guess",
        ),
        Metric(
            key="legal_most_common",
            unit="",
            meaning="legal_rate of always the one symbol that is legal most often",
        ),
        Metric(
            key="legal_first_order",
            unit="",
            meaning="legal_rate of the best symbol after the last one",
            headline=True,
        ),
        Metric(
            key="rate_drift_max",
            unit="",
            meaning=(
                "largest factor, up or down, of any population's mean rate over the training "
                "against the untrained circuit; the maximum over seeds, not their mean"
            ),
            bound=Bound(0.1, "a tenth of the untrained rate"),
            primary=True,
            headline=True,
        ),
        Metric(
            key="rate_drift_population",
            unit="",
            meaning="whose, in the seed where it was largest",
        ),
        Metric(
            key="rate_slope_max",
            unit="",
            meaning="steepest slope over the second half of training, untrained rate/epoch",
        ),
        Metric(
            key="burst_lock",
            unit="",
            meaning="vector strength of V1.L5IB burst onsets in the time of an item, test",
            bound=Bound(0.05, "a twentieth of perfect locking"),
        ),
        Metric(
            key="burst_lag_ms",
            unit="ms",
            meaning="median time from an item to its burst, test",
            bound=Bound(10.0, "a twentieth of a 200 ms cycle"),
        ),
        Metric(
            key="bursts_per_item",
            unit="",
            meaning="share of test cycles with a burst",
            bound=Bound(0.05, "one item in twenty"),
        ),
        Metric(
            key="latency_l4_ms",
            unit="ms",
            meaning=(
                "onset of V1.L4E's answer in the untrained circuit: where prediction parts end "
                "(30 where it does not answer)"
            ),
            bound=Bound(2.0, "two bins of 1 ms"),
        ),
        Metric(
            key="weight_mean",
            unit="",
            meaning="mean linear weight of the plastic synapses at the end (0.5 at the start)",
        ),
        Metric(
            key="weight_spread",
            unit="",
            meaning="their standard deviation",
        ),
    )
)

#: What is hoped of every sequence, and of each by name; nothing besides of the user's own.
_STEADY: dict[str, Goal] = {
    "rate_drift_max": Goal(1, 2, "learning neither silences nor blows up the network"),
}
_BY_SEQUENCE: dict[str, dict[str, Goal]] = {
    "loop": {
        "accuracy_final": Goal(0.95, 1, "a loop is predicted without fail"),
        "accuracy_omitted": Goal(0.95, 1, "the same without the item, so that nothing leaks"),
        "cycles_to_90": Goal(0, 200, "a sketch of 700 cells took about 100"),
        "copy_fraction": Goal(0, 0.05, "a prediction is of the next item, not the last"),
        "prediction_corr_above": above(0.5, "well above what copying the last item gives"),
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


def goals(meta: Mapping[str, Any]) -> Goals:
    """Give what is hoped of a run: of the intact circuit that sees a sequence of a known name.

    Parameters
    ----------
    meta : mapping
        The run's meta data.
    """
    experiment = meta.get("experiment") or {}
    if meta.get("lesions") or meta.get("settings") or experiment.get("control"):
        return none_hoped
    return goals_of(str(experiment.get("sequence"))).get


def goals_of(sequence: str) -> dict[str, Goal]:
    """Give what is hoped of the intact circuit that sees a sequence of this name."""
    return {**_BY_SEQUENCE.get(sequence, {}), **_STEADY}
