"""From the results of the in-vitro experiment to the flat numbers of `metrics.json`."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from circuits.runs.plain import plain
from sims.plasticity.jang2026 import PUBLISHED

Results = dict[str, Any]


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
