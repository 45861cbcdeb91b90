"""From the results of the in-vitro experiment to the flat numbers of `metrics.json`."""

from __future__ import annotations

from typing import Any

import numpy as np

from circuits.runs.plain import plain
from sims.plasticity.jang2026 import PUBLISHED

Results = dict[str, Any]
#: What of a rule's row becomes a metric.
SCORES = ("chi2_fitted", "chi2_unseen", "boxes_unseen", "signs_unseen", "order")
NO_ZERO_LINE = "dw changes its sign at no pair of rates below 55 Hz"


def flat(results: Results) -> dict[str, float | str | None]:
    """Flatten results into metrics; a null one gets a `<key>_reason` beside it."""
    out: dict[str, Any] = {}
    for key, row in results["conditions"].items():
        out |= _condition(key, row)
    out |= _fit(results)
    for name in ("map", "map_saturating"):
        if name in results:
            out |= _map(name, results[name])
    if "windows" in results:
        out |= _windows(results["windows"])
    for row in results.get("predictions", ()):
        out[f"predicted_{row['name']}"] = row["epsp"]
    for row in results.get("rivals", ()):
        for score in SCORES:
            out[f"rival_{row['key']}_{score}"] = row[score]
    return _with_reasons({k: plain(v) for k, v in out.items()})


def _condition(key: str, row: Results) -> Results:
    """Give the metrics of one condition."""
    sem = row["sd"] / np.sqrt(row["n"])
    out = {"": row["mean"], "_sem": sem, "_sd": row["sd"], "_model_sd": row["model_sd"]}
    out |= {"_n": row["n"]} | {f"_{v.replace('-', '_')}": m for v, m in row["variants"].items()}
    return {f"epsp_{key}{name}": value for name, value in out.items()}


def _fit(results: Results) -> Results:
    """Give the fit to the published conditions, and how sure the comparison with them is."""
    known = results["published_conditions"]
    names = list(next(iter(known.values()))["variants"])
    inside = [all(PUBLISHED[k].holds(r["variants"][v]) for k, r in known.items()) for v in names]
    out = {"variants_inside": float(sum(inside)), "variants_n": float(len(inside))}
    out |= {f"fit_{k}": v for k, v in results["fit"].items()} | results["statistics"]
    return out | {f"exact_replication_{k}": v for k, v in results["replication"].items()}


def _map(name: str, part: Results) -> Results:
    """Give what one map of rates is summed up by."""
    out = {f"{name}_{k}": part[k] for k in part if k not in ("rates_hz", "dw")}
    return out | {f"{name}_flat_100": float(np.asarray(part["dw"])[-1, -1])}


def _windows(part: Results) -> Results:
    """Give the right signs over the lengths of the window."""
    return {
        f"sign_right_{kind}_{window:.0f}ms": part[f"right_{kind}"][k]
        for k, window in enumerate(part["windows_ms"])
        for kind in ("fixed", "scaled")
    }


def _with_reasons(metrics: Results) -> Results:
    """Put beside each null metric why it is null."""
    out: Results = {}
    for key, value in metrics.items():
        out[key] = value
        if value is None:
            slope = key.endswith("_slope")
            out[f"{key}_reason"] = NO_ZERO_LINE if slope else "it came out as no finite number"
    return out
