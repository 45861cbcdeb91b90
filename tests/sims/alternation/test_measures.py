"""The measures on made-up runs whose answer is known: noise, an alternation, its mirror image."""

import json
from dataclasses import replace

import numpy as np
import pytest

from circuits.analysis.spectra import THETA_HZ, peak, population_rate_hz, spectrum
from circuits.records import Spikes
from circuits.spec import to_dict
from circuits.wiring import NEAR_DEG
from sims.alternation.measures import Recording, measure
from sims.alternation.metrics import METRICS, goals
from sims.measures.metric import missed
from sims.measures.templates import nearer_template, template
from thalamus.loop import corticothalamic_loop
from thalamus.names import DRIVER_PATHWAY, MODULATOR_PATHWAY

STOP_MS = 11_000
PERIOD_MS = 200
BURST_MS = 50
ANGLES = np.repeat(np.arange(0, 180, 45.0), 20)  # 80 relay cells


def spikes_of(times, cells):
    order = np.argsort(times, kind="stable")
    return Spikes(np.asarray(times, float)[order], np.asarray(cells, np.int64)[order])


def fire(rng, rate_hz):
    """Draw Poisson spikes from rates of shape (ms, cells)."""
    ms, cells = np.nonzero(rng.uniform(size=rate_hz.shape) < rate_hz / 1000)
    return spikes_of(ms + rng.uniform(size=len(ms)), cells)


def bursting():
    """Mark the outcome part: the last 50 of every 200 ms."""
    return np.arange(STOP_MS) % PERIOD_MS >= PERIOD_MS - BURST_MS


def alternation(seed, predicted, actual, *, l6=True, swapped=False):
    """A circuit that shows `predicted` in the silence and `actual` in the burst of every cycle."""
    rng = np.random.default_rng(seed)
    burst = bursting()
    silent_angle, burst_angle = (actual, predicted) if swapped else (predicted, actual)
    away = [np.abs((ANGLES - a + 90) % 180 - 90) < 1 for a in (silent_angle, burst_angle)]
    silent_hz = np.where(away[0], 12.0 if l6 else 1.0, 1.0)
    burst_hz = np.where(away[1], 60.0, 2.0)
    relay = fire(rng, np.where(burst[:, None], burst_hz, silent_hz))
    l5ib = fire(rng, np.where(burst[:, None], np.where(np.arange(200) < 50, 60.0, 0.2), 0.2))
    conductance = {
        MODULATOR_PATHWAY: {"AMPA": np.where(burst, 5.0, 6.0), "NMDA": np.where(burst, 5.0, 6.0)},
        DRIVER_PATHWAY: {"AMPA": np.where(burst, 30.0, 2.0), "NMDA": np.where(burst, 10.0, 1.0)},
        "TRN.PUL -> Pulvinar.TRC": {"GABA_A": np.full(STOP_MS, 80.0)},
        "ZI.GABA -> Pulvinar.TRC": {"GABA_A": np.where(burst, 240.0, 0.0)},
    }
    return Recording(
        spikes={"V1.L5IB": l5ib, "Pulvinar.TRC": relay, "LGN.TC": relay},
        sizes={"V1.L5IB": 200, "Pulvinar.TRC": 80, "LGN.TC": 80},
        orientation_deg=ANGLES,
        start_ms=1000.0,
        stop_ms=float(STOP_MS),
        conductance_ns=conductance,
    )


def congruent_template(seed, angle):
    run = alternation(seed, angle, angle)
    return template(run.spikes["Pulvinar.TRC"], 80, run.cycles())


def measured(run, **changes):
    given = {
        "seed": 0,
        "predicted_deg": 0.0,
        "actual_deg": 90.0,
        "templates": (congruent_template(11, 0.0), congruent_template(12, 90.0)),
        "without_l6": alternation(1, 0.0, 90.0, l6=False),
    }
    return measure(run, **(given | changes))


@pytest.fixture(scope="module")
def conflict():
    return measured(alternation(1, 0.0, 90.0))


@pytest.fixture(scope="module")
def hoped():
    """The goals of an intact run in the conflict condition."""
    spec = to_dict(corticothalamic_loop(0.001))
    return goals({"experiment": {"condition": "conflict"}, "spec": spec})


def test_a_five_hertz_alternation_reaches_every_goal(conflict):
    assert missed(conflict, METRICS.goal) == []
    assert conflict["theta_l5ib_hz"] == pytest.approx(5.0, abs=0.05)
    assert conflict["theta_pulvinar_hz"] == pytest.approx(5.0, abs=0.05)


def test_the_parts_have_the_lengths_they_were_made_with(conflict):
    assert conflict["prediction_ms"] == pytest.approx(150, abs=10)
    assert conflict["outcome_ms"] == pytest.approx(50, abs=10)
    assert conflict["bursts_per_s_l5ib"] == pytest.approx(5, abs=0.2)
    assert conflict["spikes_per_burst_l5ib"] == pytest.approx(3.15, abs=0.3)  # 60 Hz x 50 ms, > 0


def test_shares_are_those_of_the_conductances_they_were_made_with(conflict):
    """12 / (12 + 3) and 10 / (10 + 40); AMPA alone 6 / (6 + 2) and 5 / (5 + 30)."""
    assert conflict["l6_share_prediction"] == pytest.approx(0.8, abs=0.03)
    assert conflict["l6_share_outcome"] == pytest.approx(0.2, abs=0.03)
    assert conflict["l6_share_prediction_ampa"] == pytest.approx(0.75, abs=0.03)
    assert conflict["l6_share_outcome_ampa"] == pytest.approx(1 / 7, abs=0.03)


def test_inhibition_is_the_conductance_of_one_relay_cell_from_all_its_inhibitory_inputs(conflict):
    assert conflict["inhibition_prediction_ns"] == pytest.approx(80 / 80, rel=0.1)
    assert conflict["inhibition_outcome_ns"] == pytest.approx((80 + 240) / 80, rel=0.05)


def test_rates_of_tuned_relay_cells_are_those_they_were_made_with(conflict):
    assert conflict["relay_prediction_hz"] == pytest.approx(12, rel=0.15)
    assert conflict["relay_prediction_without_l6_hz"] == pytest.approx(1, abs=0.5)
    assert conflict["relay_outcome_hz"] == pytest.approx(60, rel=0.1)
    assert conflict["rate_V1.L5IB_hz"] == pytest.approx(60 * 0.25 * 0.25 + 0.2, rel=0.1)


def test_a_swapped_alternation_shows_the_wrong_content():
    swapped = measured(alternation(1, 0.0, 90.0, swapped=True))
    assert swapped["content_prediction"] < 0.2
    assert swapped["content_outcome"] < 0.2


def test_chance_is_a_half_of_the_parts_that_count(conflict):
    assert conflict["content_chance"] == pytest.approx(0.5, abs=0.05)


def test_poisson_firing_stands_out_by_three_and_a_half_decibel_in_the_theta_band():
    rng = np.random.default_rng(5)
    anywhere, theta = [], []
    for _ in range(60):
        rate = population_rate_hz(fire(rng, np.full((10_000, 20), 10.0)), 20, 0, 10_000)
        anywhere.append(peak(*spectrum(rate)).prominence_db)
        theta.append(peak(*spectrum(rate), THETA_HZ).prominence_db)
    assert 3.9 < np.mean(anywhere) < 5.1
    assert 3.0 < np.mean(theta) < 4.0
    assert np.percentile(theta, 99) < 10  # the goal is out of reach of noise


def test_a_slow_drift_is_no_theta():
    """A drift at 1 Hz is the highest of 1-20 Hz; what stands out in 3-8 Hz is the small rhythm."""
    time_s = np.arange(10_000) / 1000
    rng = np.random.default_rng(7)
    rate = 10 + 5 * np.sin(2 * np.pi * time_s) + np.sin(2 * np.pi * 5 * time_s)
    rate += rng.normal(0, 1, len(time_s))
    assert peak(*spectrum(rate)).frequency_hz == pytest.approx(1.0, abs=0.1)
    assert peak(*spectrum(rate), THETA_HZ).frequency_hz == pytest.approx(5.0, abs=0.05)


@pytest.mark.parametrize("frequency_hz", [3.1, 4.87, 5.0, 7.4])
def test_the_peak_is_found_between_the_bins(frequency_hz):
    time_s = np.arange(10_000) / 1000
    found = peak(*spectrum(10 + np.sin(2 * np.pi * frequency_hz * time_s)))
    assert found.frequency_hz == pytest.approx(frequency_hz, abs=0.03)


def test_steady_firing_has_no_cycle_and_says_so():
    rng = np.random.default_rng(6)
    run = alternation(1, 0.0, 90.0)
    steady = {**run.spikes, "V1.L5IB": fire(rng, np.full((STOP_MS, 200), 4.0))}
    found = measured(replace(run, spikes=steady))
    assert found["cycles"] == 0
    assert found["bursts_per_s_l5ib"] == 0.0
    for key in ("prediction_ms", "l6_share_prediction", "relay_prediction_hz", "content_outcome"):
        assert found[key] is None
        assert "cycle" in found[f"{key}_reason"]


def test_what_does_not_exist_is_null_with_a_reason_and_json_takes_it_all():
    run = alternation(1, 0.0, 90.0)
    dead = {name: spikes_of([], []) for name in run.spikes}
    for spikes, stop_ms in ((run.spikes, 3000.0), (dead, 11_000.0)):
        broken = replace(run, spikes=spikes, stop_ms=stop_ms, conductance_ns={})
        found = measured(broken, templates=None, without_l6=None, predicted_deg=None)
        json.dumps(found, allow_nan=False)
        for key, value in found.items():
            if value is None:
                assert found[f"{key}_reason"]
            assert METRICS.describe(key.removesuffix("_reason"))[1], key


def test_a_run_without_inhibitory_inputs_has_no_inhibition_and_says_so():
    run = alternation(1, 0.0, 90.0)
    none = {k: v for k, v in run.conductance_ns.items() if "GABA_A" not in v}
    found = measured(replace(run, conductance_ns=none))
    assert found["inhibition_outcome_ns"] is None
    assert "no inhibitory conductance" in found["inhibition_outcome_ns_reason"]


def test_a_cut_pathway_counts_as_nothing():
    run = alternation(1, 0.0, 90.0)
    cut = {k: v for k, v in run.conductance_ns.items() if k != MODULATOR_PATHWAY}
    assert measured(replace(run, conductance_ns=cut))["l6_share_outcome"] == 0.0


def test_parallel_projections_of_a_pathway_add_up():
    run = alternation(1, 0.0, 90.0)
    extra = {
        **run.conductance_ns,
        f"{MODULATOR_PATHWAY} #nmda": run.conductance_ns[MODULATOR_PATHWAY],
    }
    found = measured(replace(run, conductance_ns=extra))
    assert found["l6_share_prediction"] == pytest.approx(24 / 27, abs=0.03)


def test_congruent_runs_have_no_content_to_tell_apart():
    found = measured(alternation(1, 90.0, 90.0), predicted_deg=90.0)
    assert found["content_prediction"] is None
    assert "same" in found["content_prediction_reason"]
    assert found["relay_prediction_hz"] > 5


def test_a_part_with_under_five_spikes_is_a_miss_and_loudness_does_not_matter():
    predicted, actual = np.array([4.0, 1.0, 0.0]), np.array([0.0, 30.0, 90.0])
    vectors = np.array([[4.0, 0, 0], [5.0, 0, 0], [500.0, 100, 0], [0, 2.0, 6.0], [0, 0, 0]])
    assert list(nearer_template(vectors, predicted, actual)) == [0, 1, 1, -1, 0]


def test_the_same_seed_measures_the_same_numbers(conflict):
    assert measured(alternation(1, 0.0, 90.0)) == conflict


@pytest.mark.parametrize(
    ("key", "value", "held"),
    [
        ("rate_V1.L4E_hz", 20.0, False),
        ("rate_V2.L23PV_hz", 20.0, True),
        ("rate_TRN.PUL_hz", 0.0, False),
        ("rate_Pulvinar.IN_hz", 61.0, False),
        ("rate_LGN.TC_hz", 20.0, True),
        ("rate_Pulvinar.TRC_hz", 2.0, False),
        ("theta_l5ib_hz", 5.5, True),
        ("content_outcome", None, False),
    ],
)
def test_goals_are_those_of_the_literature(hoped, key, value, held):
    assert hoped(key).held(value) is held


def test_every_measure_is_in_the_table_and_every_table_row_is_measured(hoped, conflict):
    keys = {k.removesuffix("_reason") for k in conflict}
    fixed = {m.key for m in METRICS if "<" not in m.key}
    assert fixed <= keys
    assert keys - fixed == {f"rate_{name}_hz" for name in ("V1.L5IB", "Pulvinar.TRC", "LGN.TC")}
    assert hoped("rate_Retina.GC_hz") is None
    assert NEAR_DEG == 22.5
