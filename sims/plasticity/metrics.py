"""What every number of a plasticity run's `metrics.json` means.

`<c>` is a condition, its rates in whole Hz with `_` between ("25_50"); `<variant>` is a way of doing the
experiment (`sims.plasticity.induction.VARIANTS`). `sims.plasticity.flatten` puts them there.
"""

from __future__ import annotations

from dataclasses import replace

from sims.measures.metric import Bound, Metric, MetricTable

_ROWS = (
    Metric(
        key="epsp_<c>",
        unit="",
        meaning=("EPSP after over before, mean over virtual cells and variants, fully expressed"),
        bound=Bound(0.05, "half of the published SEM, about .1"),
        headline=True,
    ),
    Metric(
        key="epsp_<c>_<variant>",
        unit="",
        meaning="the same in one variant",
        headline=True,
    ),
    Metric(
        key="epsp_<c>_n",
        unit="",
        meaning="virtual experiments: cells x variants",
        headline=True,
    ),
    Metric(
        key="epsp_<c>_model_sd",
        unit="",
        meaning="standard deviation the model's own cells and variants make",
        headline=True,
    ),
    Metric(
        key="epsp_<c>_sd",
        unit="",
        meaning=("standard deviation after slice drift is added up to that of the published cells"),
        headline=True,
    ),
    Metric(
        key="epsp_<c>_sem",
        unit="",
        meaning="epsp_<c>_sd over the root of epsp_<c>_n",
        headline=True,
    ),
    Metric(
        key="variants_inside",
        unit="",
        meaning=(
            "variants in which all four published conditions lie inside the published mean +- SEM"
        ),
        headline=True,
    ),
    Metric(
        key="variants_n",
        unit="",
        meaning="variants tried",
        headline=True,
    ),
    Metric(
        key="fit_rate",
        unit="",
        meaning="fitted learning rate",
        headline=True,
    ),
    Metric(
        key="fit_fast_scale",
        unit="",
        meaning="fitted (or held) CaP scale",
        headline=True,
    ),
    Metric(
        key="fit_chi2",
        unit="",
        meaning="mean squared distance from the published means in SEM, fitted variants",
        headline=True,
    ),
    Metric(
        key="p_box_<c>",
        unit="",
        meaning=(
            "of 1000 studies with the published numbers of cells, the share whose mean "
            "lies inside the published mean +- SEM"
        ),
    ),
    Metric(
        key="p_box_all",
        unit="",
        meaning="share in which all four do",
    ),
    Metric(
        key="p_flats_ns",
        unit="",
        meaning="share in which neither flat condition differs from 1 (two-sided t, .05)",
    ),
    Metric(
        key="p_increase_decrease_001",
        unit="",
        meaning="share with p < .001 between 25_50 and 50_25 (Welch t)",
    ),
    Metric(
        key="exact_replication_<p>",
        unit="",
        meaning=(
            "the same share if cells are drawn from the published mean and SD: the most to hope for"
        ),
    ),
    Metric(
        key="map_slope",
        unit="",
        meaning="c of the line plus = c * minus on which dw is 0, below 55 Hz",
    ),
    Metric(
        key="map_errors_below",
        unit="",
        meaning="wrong signs where the halves differ by 20 Hz and more, below 55 Hz",
    ),
    Metric(
        key="map_cases_below",
        unit="",
        meaning="pairs of rates that count",
    ),
    Metric(
        key="map_errors_above",
        unit="",
        meaning="wrong signs where a half was driven by 3 ms pulses",
    ),
    Metric(
        key="map_cases_above",
        unit="",
        meaning="pairs of rates that count",
    ),
    Metric(
        key="map_saturating_<m>",
        unit="",
        meaning="the same with calcium saturating at one coincident pair",
    ),
    Metric(
        key="map_flat_100",
        unit="",
        meaning="dw of flat 100 Hz over that of 25 to 50 Hz",
    ),
    Metric(
        key="sign_right_fixed_<window>ms",
        unit="",
        meaning="share of right signs in windows of this length",
    ),
    Metric(
        key="sign_right_scaled_<window>ms",
        unit="",
        meaning="the same, time constants scaled with the window",
    ),
    Metric(
        key="predicted_<name>",
        unit="",
        meaning="EPSP after over before that the fitted rule predicts",
    ),
    Metric(
        key="rival_<rule>_chi2_fitted",
        unit="",
        meaning="fit_chi2 of a rule on what it was fitted to",
    ),
    Metric(
        key="rival_<rule>_chi2_unseen",
        unit="",
        meaning="the same on variants and cells it never saw",
    ),
    Metric(
        key="rival_<rule>_boxes_unseen",
        unit="",
        meaning="share of unseen means inside the published mean +- SEM",
    ),
    Metric(
        key="rival_<rule>_signs_unseen",
        unit="",
        meaning="share of right signs for ten unseen pairs of rates",
    ),
    Metric(
        key="rival_<rule>_order",
        unit="",
        meaning="25_50 minus 50_25 (published 0.69; blind to order: 0)",
    ),
)

#: The published conditions (Jang et al. 2026), by which the experiment is judged.
_JUDGED = ("25_50", "50_25", "25_25", "50_50")

METRICS = MetricTable(
    (
        *(replace(_ROWS[0], key=f"epsp_{c}", primary=True) for c in _JUDGED),
        *_ROWS,
    )
)
