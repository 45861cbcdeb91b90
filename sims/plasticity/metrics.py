"""What every number of a plasticity run's `metrics.json` means.

`<c>` is a condition: its rates in whole Hz with `_` between ("25_50"). `<variant>` is one way of doing the
experiment (`sims.plasticity.induction.VARIANTS`). "EPSP over baseline" is the EPSP that a test pulse gives
after the induction, once expressed, over the one before. A value that does not exist is null, and
`<key>_reason` says why. `sims.plasticity.flatten` puts them there. The primary metrics are the four published
conditions; a difference within the SEM published for a condition counts as none, for the study itself could
not have seen it.
"""

from __future__ import annotations

from sims.measures.metric import Bound, Metric, MetricTable
from sims.plasticity.jang2026 import PUBLISHED

_EPSP = "EPSP over baseline after the condition <c>: mean over virtual cells and variants of the experiment"
_PRIMARY = tuple(
    Metric(
        key=f"epsp_{condition}",
        unit="",
        meaning=(
            f"EPSP over baseline after {' to '.join(condition.split('_'))} Hz: mean over virtual cells"
            " and variants of the experiment; published by Jang et al. 2026"
        ),
        bound=Bound(published.sem, "the SEM published for this condition (Jang et al. 2026)"),
        primary=True,
        headline=True,
    )
    for condition, published in PUBLISHED.items()
)
_SMALLEST = Bound(
    min(p.sem for p in PUBLISHED.values()), "the smallest SEM published (Jang et al. 2026)"
)
_CONDITIONS = (
    Metric(key="epsp_<c>", unit="", meaning=_EPSP, bound=_SMALLEST, headline=True),
    Metric(
        key="epsp_<c>_<variant>",
        unit="",
        meaning=(
            "EPSP over baseline after the condition <c> in one variant of the experiment (phase of the"
            " stimuli, drive): mean over virtual cells"
        ),
        bound=_SMALLEST,
    ),
    Metric(
        key="epsp_<c>_n",
        unit="",
        meaning="virtual experiments behind epsp_<c>: cells times variants",
    ),
    Metric(
        key="epsp_<c>_model_sd",
        unit="",
        meaning="standard deviation of epsp_<c> over virtual cells and variants, nothing added",
    ),
    Metric(
        key="epsp_<c>_sd",
        unit="",
        meaning=(
            "standard deviation of epsp_<c> after random drift is added to every virtual experiment, to"
            " match that of the published cells"
        ),
    ),
    Metric(
        key="epsp_<c>_sem",
        unit="",
        meaning="epsp_<c>_sd over the root of epsp_<c>_n: standard error of epsp_<c>",
    ),
)
_FIT = (
    Metric(
        key="variants_inside",
        unit="",
        meaning=(
            "variants of the experiment in which all four published conditions lie inside the published"
            " mean +- SEM; two of the variants were fitted"
        ),
        headline=True,
    ),
    Metric(
        key="variants_n",
        unit="",
        meaning="variants of the experiment that were run",
        headline=True,
    ),
    Metric(
        key="fit_rate",
        unit="",
        meaning="learning rate of the kinase rule, fitted on the intact synapse",
        headline=True,
    ),
    Metric(
        key="fit_fast_scale",
        unit="",
        meaning=(
            "CaP scale, the weight of the fast integral in the change: fitted on the intact synapse, or"
            " held by --cap-scale"
        ),
        headline=True,
    ),
    Metric(
        key="fit_chi2",
        unit="",
        meaning=(
            "mean squared distance of the four conditions from the published means, in published SEM,"
            " on the variants that were fitted, intact synapse"
        ),
        headline=True,
    ),
)
_STUDIES = "of 1000 virtual studies with the published numbers of cells, the share "
_CERTAINTY = (
    Metric(
        key="p_box_<c>",
        unit="",
        meaning=_STUDIES + "whose mean of <c> lies inside the published mean +- SEM",
    ),
    Metric(
        key="p_box_all",
        unit="",
        meaning=_STUDIES + "whose four means all lie inside the published mean +- SEM",
    ),
    Metric(
        key="p_flats_ns",
        unit="",
        meaning=_STUDIES + "in which neither 25_25 nor 50_50 differs from 1 (two-sided t, .05)",
    ),
    Metric(
        key="p_increase_decrease_001",
        unit="",
        meaning=_STUDIES + "in which 25_50 and 50_25 differ with p < .001 (Welch t)",
    ),
    Metric(
        key="exact_replication_<p>",
        unit="",
        meaning=(
            "<p> if the cells of the virtual studies are drawn from the published means and standard"
            " deviations themselves: what a perfect model would reach"
        ),
    ),
)
_RIGHT = "the sign of the second rate minus the first (the theory's sign; not measured by anyone)"


def _map(prefix: str, calcium: str) -> tuple[Metric, ...]:
    """Declare what sums up one map of the weight change over the rates of both halves."""
    meanings = {
        "slope": "c of the line second rate = c * first rate on which the change is 0, below 55 Hz",
        "errors_below": (
            "pairs of rates up to 55 Hz, 20 Hz or more apart, whose change has not " + _RIGHT
        ),
        "cases_below": "pairs of rates up to 55 Hz, 20 Hz or more apart",
        "errors_above": (
            "pairs of rates, one above 55 Hz (driven by 3 ms pulses), 20 Hz or more apart, whose"
            " change has not " + _RIGHT
        ),
        "cases_above": "pairs of rates, one above 55 Hz, 20 Hz or more apart",
        "flat_100": "change after a flat 100 Hz over that after 25 to 50 Hz",
    }
    return tuple(
        Metric(key=f"{prefix}_{name}", unit="", meaning=f"{meaning}; {calcium}")
        for name, meaning in meanings.items()
    )


_MAPS = (
    *_map("map", "calcium of the rule that is run"),
    *_map("map_saturating", "calcium saturates at what one coincident pair of spikes leaves"),
    Metric(
        key="sign_right_fixed_<window>ms",
        unit="",
        meaning=(
            "share of clear pairs of rates, in windows of this length, whose change has "
            f"{_RIGHT}; time constants as they are"
        ),
    ),
    Metric(
        key="sign_right_scaled_<window>ms",
        unit="",
        meaning=(
            "share of clear pairs of rates, in windows of this length, whose change has "
            f"{_RIGHT}; all time constants scaled with the window"
        ),
    ),
    Metric(
        key="predicted_<name>",
        unit="",
        meaning=(
            "EPSP over baseline that the fitted rule predicts of a protocol nobody has run"
            " (`sims.plasticity.predictions`): mean over virtual cells"
        ),
    ),
)
_UNSEEN = (
    "phases, drives and virtual cells it was not fitted on (the published means are the same four)"
)
_OTHER_RULES = (
    Metric(
        key="rival_<rule>_chi2_fitted",
        unit="",
        meaning=(
            "mean squared distance of a plasticity rule from the four published means, in published SEM,"
            " on the variants it was fitted on"
        ),
    ),
    Metric(
        key="rival_<rule>_chi2_unseen",
        unit="",
        meaning=(
            "mean squared distance of a plasticity rule from the four published means, in published SEM,"
            f" in {_UNSEEN}"
        ),
    ),
    Metric(
        key="rival_<rule>_boxes_unseen",
        unit="",
        meaning=(
            "share of the means of a plasticity rule inside the published mean +- SEM, in "
            + _UNSEEN
        ),
    ),
    Metric(
        key="rival_<rule>_signs_unseen",
        unit="",
        meaning=(
            "share of ten pairs of rates it was not fitted on whose change, by a plasticity rule, has "
            + _RIGHT
        ),
    ),
    Metric(
        key="rival_<rule>_order",
        unit="",
        meaning=(
            "EPSP over baseline of 25_50 minus that of 50_25 by a plasticity rule, on the variants it was"
            " fitted on; a rule blind to order has 0"
        ),
    ),
)

METRICS = MetricTable((*_PRIMARY, *_CONDITIONS, *_FIT, *_CERTAINTY, *_MAPS, *_OTHER_RULES))
