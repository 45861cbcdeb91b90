"""What every number of a prediction run's `metrics.json` means, and what is hoped of it.

Each number is the mean over the seeds of the run. `<key>_per_seed` lists the seeds, with null where the
number does not exist; if no seed has it, `<key>_reason` says why. Weights are frozen in all tests.

Six metrics are primary, that is, tested in a battery of lesions. They ask whether the next item is decoded
before it comes (`accuracy_final`), also where it is left out (`accuracy_omitted`); whether the last item is
shown instead (`copy_fraction`); whether the prediction resembles the outcome more than a copy of the last
outcome would (`prediction_corr_above`); whether the predicted item is legal, where several may follow
(`legal_rate`); and whether learning leaves rates as they are (`rate_drift_max`). `cycles_to_90` is not
primary: a circuit that does not learn has none, so the pairs with the largest effect would be lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sims.measures.metric import Bound, Goal, Goals, Metric, MetricTable, above, none_hoped

_CONTEXT = (
    "would be for the best reader of the last item alone: it always names the item that follows it most "
    "often in this sequence. Worked out from the sequence, not from spikes: the mean over the same cycles "
    "of the share of the time that item does follow"
)

METRICS = MetricTable(
    (
        Metric(
            key="accuracy_final",
            unit="",
            meaning=(
                "share of the last 80 test cycles in which the relay cells, in the last 75 ms "
                "before the next item can be seen, are nearest the template of that item; "
                "no item of this test is left out"
            ),
            bound=Bound(0.05, "one test cycle in twenty"),
            primary=True,
            headline=True,
        ),
        Metric(
            key="accuracy_half_cycle",
            unit="",
            meaning=(
                "accuracy_final read over the whole 100 ms before the next item can be seen; "
                "in the first quarter of them relay cells still change from the last item to "
                "the next"
            ),
            bound=Bound(0.05, "one test cycle in twenty"),
        ),
        Metric(
            key="accuracy_omitted",
            unit="",
            meaning=(
                "accuracy of the prediction of items that are left out, one in ten of a "
                "second test: nothing of them can leak into the prediction"
            ),
            bound=Bound(0.1, "about one of the twelve items left out of 120"),
            primary=True,
            headline=True,
        ),
        Metric(
            key="accuracy_after_omitted",
            unit="",
            meaning=(
                "accuracy of the prediction of the second and third item after one that was "
                "left out (the first item after it has nothing to be predicted from)"
            ),
            bound=Bound(0.1, "about two of the 24 items of 120"),
        ),
        Metric(
            key="accuracy_chance",
            unit="",
            meaning=(
                "accuracy_final when the items are shuffled over the test cycles (mean of "
                "1000 shuffles)"
            ),
        ),
        Metric(
            key="accuracy_first_order",
            unit="",
            meaning="accuracy of the best predictor that knows the last item alone",
            headline=True,
        ),
        Metric(
            key="accuracy_context",
            unit="",
            meaning=(f"what accuracy_final and accuracy_half_cycle {_CONTEXT}"),
        ),
        Metric(
            key="accuracy_over_context",
            unit="",
            meaning=(
                "accuracy_final minus accuracy_context: above 0 only if more than the last item is "
                "known; 0 at best where the last item decides, as in a loop"
            ),
            bound=Bound(0.05, "one test cycle in twenty"),
            headline=True,
        ),
        *(
            metric
            for key in ("accuracy_omitted", "accuracy_after_omitted")
            for metric in (
                Metric(
                    key=f"{key}_context",
                    unit="",
                    meaning=f"what {key} {_CONTEXT}",
                ),
                Metric(
                    key=f"{key}_over_context",
                    unit="",
                    meaning=f"{key} minus {key}_context (see accuracy_over_context)",
                    bound=Bound(0.1, f"that of {key}"),
                ),
            )
        ),
        Metric(
            key="cycles_to_90",
            unit="",
            meaning=(
                "number of training cycles until the running mean of accuracy over 40 cycles "
                "reaches .9; weights change meanwhile"
            ),
            bound=Bound(20.0, "half of the running mean's window"),
            headline=True,
        ),
        Metric(
            key="copy_fraction",
            unit="",
            meaning=(
                "share of test cycles in which the prediction is nearest the template of the "
                "item just seen"
            ),
            bound=Bound(0.05, "one test cycle in twenty"),
            primary=True,
            headline=True,
        ),
        Metric(
            key="silent_fraction",
            unit="",
            meaning=(
                "share of test cycles with fewer than 3 relay spikes in the prediction part, "
                "too few to decode"
            ),
            bound=Bound(0.05, "one test cycle in twenty"),
        ),
        Metric(
            key="prediction_corr",
            unit="",
            meaning=(
                "correlation over relay cells of the prediction with the outcome of the same "
                "item, mean over test cycles"
            ),
            bound=Bound(0.1, "a tenth of perfect correlation"),
            headline=True,
        ),
        Metric(
            key="copy_baseline_minus",
            unit="",
            meaning=(
                "correlation over relay cells of the prediction with the outcome of the item "
                "before, mean over test cycles: what a copy of the last item would give"
            ),
            bound=Bound(0.1, "a tenth of perfect correlation"),
        ),
        Metric(
            key="copy_baseline_plus",
            unit="",
            meaning=(
                "correlation over relay cells of the outcome with the outcome of the item "
                "before, mean over test cycles: what a perfect copy of the last item would "
                "give as a prediction"
            ),
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
            meaning=(
                "share of test cycles in which the predicted symbol is one that the grammar "
                "allows next"
            ),
            bound=Bound(0.05, "one test cycle in twenty"),
            primary=True,
            headline=True,
        ),
        Metric(
            key="legal_uniform",
            unit="",
            meaning="legal_rate of a predictor that guesses among all symbols",
        ),
        Metric(
            key="legal_most_common",
            unit="",
            meaning=(
                "legal_rate of a predictor that always gives the symbol that is legal most often"
            ),
        ),
        Metric(
            key="legal_first_order",
            unit="",
            meaning="legal_rate of the best predictor that knows the last symbol alone",
            headline=True,
        ),
        Metric(
            key="rate_drift_max",
            unit="",
            meaning=(
                "largest factor, up or down, between any population's mean rate during "
                "training and its rate in the untrained circuit; over several seeds the "
                "maximum, not the mean"
            ),
            bound=Bound(0.1, "a tenth of the untrained rate"),
            primary=True,
            headline=True,
        ),
        Metric(
            key="rate_drift_population",
            unit="",
            meaning=(
                "population whose mean rate changed most during training (the one of "
                "rate_drift_max)"
            ),
        ),
        Metric(
            key="rate_slope_max",
            unit="",
            meaning=(
                "steepest trend of any population's mean rate over the second half of "
                "training, in untrained rates per epoch"
            ),
        ),
        Metric(
            key="burst_lock",
            unit="",
            meaning=(
                "vector strength of the onsets of V1.L5IB population bursts, relative to the "
                "time of an item, in the test"
            ),
            bound=Bound(0.05, "a twentieth of perfect locking"),
        ),
        Metric(
            key="burst_lag_ms",
            unit="ms",
            meaning=(
                "median time from the onset of an item to the burst of V1.L5IB that follows "
                "it, in the test"
            ),
            bound=Bound(10.0, "a twentieth of a 200 ms cycle"),
        ),
        Metric(
            key="bursts_per_item",
            unit="",
            meaning="share of test cycles in which V1.L5IB gives a population burst",
            bound=Bound(0.05, "one item in twenty"),
        ),
        Metric(
            key="latency_l4_ms",
            unit="ms",
            meaning=(
                "time from the onset of an item to the answer of V1.L4E in the untrained "
                "circuit; prediction parts end there (30 ms are taken where V1.L4E does not "
                "answer)"
            ),
            bound=Bound(2.0, "two bins of 1 ms"),
        ),
        Metric(
            key="weight_mean",
            unit="",
            meaning="mean linear weight of layer 6 onto the pulvinar at the end (0.5 at the start)",
        ),
        Metric(
            key="weight_spread",
            unit="",
            meaning="standard deviation of the linear weights of layer 6 onto the pulvinar at the end",
        ),
        Metric(
            key="weight_spread_cortex",
            unit="",
            meaning="the same of the pathways of cortex that learn, if any does",
        ),
        Metric(
            key="weight_alike_cortex",
            unit="",
            meaning=(
                "by how much their weights among cells whose orientations differ by 11.25 deg at most exceed the "
                "others, mean over pathways"
            ),
        ),
    )
)

#: What is hoped of every sequence, and of each by name; nothing besides of the user's own.
_STEADY: dict[str, Goal] = {
    "rate_drift_max": Goal(
        1, 1.3, "learning leaves the rates of all populations much as they were"
    ),
}
_BY_SEQUENCE: dict[str, dict[str, Goal]] = {
    "loop": {
        "accuracy_final": Goal(0.95, 1, "a loop is predicted without fail"),
        "accuracy_omitted": Goal(0.95, 1, "predicted also where the item does not come"),
        "cycles_to_90": Goal(0, 100, "a sketch of 700 cells took about 100"),
        "copy_fraction": Goal(0, 0.05, "a prediction is of the next item, not the last"),
        "prediction_corr_above": above(0.5, "well above what copying the last item gives"),
    },
    "second-order": {
        "accuracy_final": Goal(0.95, 1, "above accuracy_first_order: the item before last counts"),
    },
    "irregular": {
        "accuracy_final": Goal(0.85, 1, "above accuracy_first_order, where neighbours contradict"),
    },
    "reber": {
        "legal_rate": Goal(0.8, 1, "clearly above legal_first_order"),
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
