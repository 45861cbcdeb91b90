"""What every number in a plasticity run's `metrics.json` means, and how it is put there."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from circuits.runs.plain import plain
from sims.plasticity.jang2026 import PUBLISHED

Results = dict[str, Any]

#: Key -> unit ("" for a pure number), meaning. `<c>` is a condition, its rates in whole Hz with `_`
#: between ("25_50"); `<variant>` a way of doing the experiment (`sims.plasticity.induction.VARIANTS`).
METRICS: dict[str, tuple[str, str]] = {
    "epsp_<c>": (
        "",
        "EPSP after over before, mean over virtual cells and variants, fully expressed",
    ),
    "epsp_<c>_<variant>": ("", "the same in one variant"),
    "epsp_<c>_n": ("", "virtual experiments: cells x variants"),
    "epsp_<c>_model_sd": ("", "standard deviation the model's own cells and variants make"),
    "epsp_<c>_sd": (
        "",
        "standard deviation after slice drift is added up to that of the published cells",
    ),
    "epsp_<c>_sem": ("", "epsp_<c>_sd over the root of epsp_<c>_n"),
    "variants_inside": (
        "",
        "variants in which all four published conditions lie inside the published mean +- SEM",
    ),
    "variants_n": ("", "variants tried"),
    "fit_rate": ("", "fitted learning rate"),
    "fit_fast_scale": ("", "fitted (or held) CaP scale"),
    "fit_chi2": ("", "mean squared distance from the published means in SEM, fitted variants"),
    "p_box_<c>": (
        "",
        "of 1000 studies with the published numbers of cells, the share whose mean lies inside the "
        "published mean +- SEM",
    ),
    "p_box_all": ("", "share in which all four do"),
    "p_flats_ns": ("", "share in which neither flat condition differs from 1 (two-sided t, .05)"),
    "p_increase_decrease_001": ("", "share with p < .001 between 25_50 and 50_25 (Welch t)"),
    "exact_replication_<p>": (
        "",
        "the same share if cells are drawn from the published mean and SD: the most to hope for",
    ),
    "map_slope": ("", "c of the line plus = c * minus on which dw is 0, below 55 Hz"),
    "map_errors_below": ("", "wrong signs where the halves differ by 20 Hz and more, below 55 Hz"),
    "map_cases_below": ("", "pairs of rates that count"),
    "map_errors_above": ("", "wrong signs where a half was driven by 3 ms pulses"),
    "map_cases_above": ("", "pairs of rates that count"),
    "map_saturating_<m>": ("", "the same with calcium saturating at one coincident pair"),
    "map_flat_100": ("", "dw of flat 100 Hz over that of 25 to 50 Hz"),
    "sign_right_fixed_<window>ms": ("", "share of right signs in windows of this length"),
    "sign_right_scaled_<window>ms": ("", "the same, time constants scaled with the window"),
    "predicted_<name>": ("", "EPSP after over before that the fitted rule predicts"),
    "rival_<rule>_chi2_fitted": ("", "fit_chi2 of a rule on what it was fitted to"),
    "rival_<rule>_chi2_unseen": ("", "the same on variants and cells it never saw"),
    "rival_<rule>_boxes_unseen": ("", "share of unseen means inside the published mean +- SEM"),
    "rival_<rule>_signs_unseen": ("", "share of right signs for ten unseen pairs of rates"),
    "rival_<rule>_order": ("", "25_50 minus 50_25 (published 0.69; blind to order: 0)"),
}


def describe(key: str) -> tuple[str, str]:
    """Give unit and meaning of a metric by its name; empty for one that is not in the table."""
    fits = [pattern for pattern in METRICS if re.fullmatch(_expression(pattern), key)]
    return METRICS[max(fits, key=_literal)] if fits else ("", "")


def _expression(pattern: str) -> str:
    """Regular expression of a key with placeholders; a condition is digits alone."""
    pieces = re.split(r"(<\w+>)", pattern)
    known = {"<c>": r"\d+(?:_\d+)*"}
    return "".join(known.get(p, r"\w+") if p.startswith("<") else re.escape(p) for p in pieces)


def _literal(pattern: str) -> int:
    """How much of a key is spelled out: the more, the better it fits."""
    return len(re.sub(r"<\w+>", "", pattern))


def flat(results: Results) -> dict[str, float | str | None]:
    """Flatten results into metrics: conditions, fit, statistics, map, predictions and rivals."""
    out: dict[str, float | str | None] = {}
    for key, row in results["conditions"].items():
        out[f"epsp_{key}"] = row["mean"]
        out[f"epsp_{key}_sem"] = row["sd"] / np.sqrt(row["n"])
        out[f"epsp_{key}_sd"] = row["sd"]
        out[f"epsp_{key}_model_sd"] = row["model_sd"]
        out[f"epsp_{key}_n"] = row["n"]
        out |= {f"epsp_{key}_{v.replace('-', '_')}": m for v, m in row["variants"].items()}
    known = results["published_conditions"]
    names = list(next(iter(known.values()))["variants"])
    inside = [all(PUBLISHED[k].holds(r["variants"][v]) for k, r in known.items()) for v in names]
    out["variants_inside"], out["variants_n"] = float(sum(inside)), float(len(inside))
    out |= {f"fit_{k}": v for k, v in results["fit"].items()}
    out |= results["statistics"]
    out |= {f"exact_replication_{k}": v for k, v in results["replication"].items()}
    for name in ("map", "map_saturating"):
        if name in results:
            part = results[name]
            out |= {f"{name}_{k}": part[k] for k in part if k not in ("rates_hz", "dw")}
            out[f"{name}_flat_100"] = float(np.asarray(part["dw"])[-1, -1])
    if "windows" in results:
        part = results["windows"]
        for k, window in enumerate(part["windows_ms"]):
            for kind in ("fixed", "scaled"):
                out[f"sign_right_{kind}_{window:.0f}ms"] = part[f"right_{kind}"][k]
    for row in results.get("predictions", ()):
        out[f"predicted_{row['name']}"] = row["epsp"]
    for row in results.get("rivals", ()):
        name = "_".join(re.findall("[a-z]+", row["rule"].lower()))
        for score in ("chi2_fitted", "chi2_unseen", "boxes_unseen", "signs_unseen", "order"):
            out[f"rival_{name}_{score}"] = row[score]
    return {k: plain(v) for k, v in out.items()}
