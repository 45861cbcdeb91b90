"""Which metrics an experiment is judged by, and what difference of each counts as none.

Declared here, before any lesion is run, and never changed after looking.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

#: At most six for each experiment; Holm runs over these times the lesions.
PRIMARY: dict[str, tuple[str, ...]] = {
    "alternation": (
        "content_prediction",
        "content_outcome",
        "theta_prominence_db",
        "theta_pulvinar_hz",
        "relay_prediction_hz",
        "relay_outcome_hz",
    ),
    "evoked": (
        "gain_lgn",
        "evoked_near_V1.L4E_hz",
        "evoked_near_V1.L23E_hz",
        "evoked_near_V1.L5IT_hz",
        "evoked_near_V2.L4E_hz",
        "evoked_near_Pulvinar.TRC_hz",
    ),
}

#: Metric or pattern -> bound, and why. A bound in metric units, or a fraction of the intact mean
#: where the second entry says "of the mean". The first pattern that fits is taken.
BOUNDS: tuple[tuple[str, float, str], ...] = (
    ("content_*", 0.1, "one cycle in ten"),
    ("theta_prominence_db", 2.0, "half of what Poisson firing gives (3.5 dB), rounded up"),
    ("theta_*_hz", 0.5, "two bins of the 4 s Welch spectrum (0.25 Hz)"),
    ("l6_share_*", 0.05, "a twentieth of the input"),
    ("relay_*_hz", 1.0, "one spike in five theta cycles"),
    ("relay_spikes_*", 0.1, "of the mean"),
    ("rate_*_hz", 0.1, "of the mean"),
    ("evoked_*_hz", 0.1, "of the mean"),
    ("tuning_error_*_deg", 5.0, "half the spacing a grating experiment resolves"),
    ("tuning_*", 0.05, "a twentieth of perfect tuning"),
    ("selectivity_*", 0.05, "a twentieth of perfect selectivity"),
    ("gain_*", 0.1, "of the mean"),
    ("decode_*", 0.1, "one window in ten"),
    ("power_*_db", 1.0, "a quarter more or less power"),
    ("burst_fraction_*", 0.05, "a twentieth of the spikes"),
    ("prediction_ms", 10.0, "a twentieth of a 200 ms cycle"),
    ("outcome_ms", 10.0, "a twentieth of a 200 ms cycle"),
    ("bursts_per_s_l5ib", 0.5, "as for the theta peak"),
    ("spikes_per_burst_l5ib", 0.3, "a tenth of 3 spikes"),
    ("cycles", 0.1, "of the mean"),
)


def bound(metric: str, intact_mean: float | None) -> float | None:
    """Give the difference of a metric that counts as none, in its unit; None if none is declared."""
    for pattern, size, why in BOUNDS:
        if fnmatchcase(metric, pattern):
            if why != "of the mean":
                return size
            return None if intact_mean is None else size * abs(intact_mean)
    return None
