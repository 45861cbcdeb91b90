"""Lesions in vitro: what they may be, and what they do to the EPSP after induction."""

import json

import pytest

from circuits.errors import CtloopError
from sims.experiments import experiment
from sims.lesions.battery import Battery, arms_of
from sims.lesions.files import dry_run
from sims.plasticity.cells import Receptors
from sims.plasticity.lesions import receptors_left, touched
from sims.runs.address import address
from sims.runs.perform import run

CONDITIONS = ("epsp_25_50", "epsp_50_25", "epsp_25_25", "epsp_50_50")


def request(**options):
    return experiment("plasticity").request(cells=4, parts=("conditions",), **options)


@pytest.fixture(scope="module")
def metrics(tmp_path_factory):
    """Metrics of the same seed with different lesions and settings."""
    changes = {
        "intact": {},
        "sham": {"lesions": ("sham",)},
        "no NMDA": {"lesions": ("block NMDA",)},
        "half NMDA": {"lesions": ("block NMDA .5",)},
        "no AMPA": {"lesions": ("block AMPA",)},
        "slower": {"settings": ("rule.slow=60ms",)},
    }
    found = {}
    for name, change in changes.items():
        folder = tmp_path_factory.mktemp("plasticity") / "run"
        run("plasticity", out=folder, cells=4, parts=("conditions",), figures=False, **change)
        found[name] = json.loads((folder / "metrics.json").read_text())
    return found


def test_without_nmda_receptors_no_condition_changes_the_synapse(metrics):
    assert {metrics["no NMDA"][key] for key in CONDITIONS} == {1.0}


def test_with_half_of_them_both_changes_are_smaller_and_keep_their_sign(metrics):
    intact, half = metrics["intact"], metrics["half NMDA"]
    assert 1.0 < half["epsp_25_50"] < intact["epsp_25_50"]
    assert intact["epsp_50_25"] < half["epsp_50_25"] < 1.0


def test_without_ampa_receptors_the_synapse_still_learns(metrics):
    """They bring no calcium: only the current they add to the cell is gone."""
    intact, cut = metrics["intact"], metrics["no AMPA"]
    assert cut["epsp_25_50"] > 1.1
    assert cut["epsp_50_25"] < 0.9
    assert all(cut[key] != intact[key] for key in CONDITIONS)


def test_a_sham_changes_no_number(metrics):
    assert metrics["sham"] == metrics["intact"]


def test_a_slower_slow_integral_makes_both_changes_larger_and_strengthens_after_flat_rates(metrics):
    """It lags more: behind after a rise and from rest, and ahead after a fall."""
    intact, slower = metrics["intact"], metrics["slower"]
    assert slower["epsp_50_25"] < intact["epsp_50_25"]
    assert all(slower[k] > intact[k] for k in ("epsp_25_50", "epsp_25_25", "epsp_50_50"))


@pytest.mark.parametrize("name", ["no NMDA", "half NMDA", "no AMPA", "slower"])
def test_nothing_is_fitted_away(metrics, name):
    fitted = ("fit_rate", "fit_fast_scale", "fit_chi2")
    assert [metrics[name][k] for k in fitted] == [metrics["intact"][k] for k in fitted]


def test_blocks_of_one_receptor_multiply():
    assert receptors_left(("block NMDA .5", "block NMDA .5; sham")) == Receptors(nmda=0.25)
    assert receptors_left(()) == Receptors()


@pytest.mark.parametrize(
    "lesion",
    ["silence TRN", "block GABA_A", "block NMDA at V1.L4E", "block NMDA from 1s to 2s", "sham V1"],
)
def test_any_other_lesion_is_refused_in_one_line_that_lists_what_there_is(lesion):
    with pytest.raises(CtloopError, match="block AMPA or block NMDA") as caught:
        receptors_left((lesion,))
    assert "\n" not in str(caught.value)


def test_a_synapse_without_any_receptor_is_refused():
    with pytest.raises(CtloopError, match="no EPSP is left"):
        receptors_left(("block NMDA", "block AMPA"))


def test_what_is_touched_is_one_sentence():
    half = touched("block NMDA .5", 200)
    assert half.changes
    assert half.synapses == 200
    assert "calcium times 0.5" in str(half)
    assert not touched("sham", 200).changes


def test_a_dose_of_0_has_the_address_of_the_intact_run_and_a_sham_its_own():
    intact = address(request())
    assert address(request(lesions=("block NMDA 0",))) == intact
    assert address(request(lesions=("block NMDA",))) != intact
    assert address(request(lesions=("sham",))) != intact
    short, long = (request(settings=(t,)) for t in ("rule.slow=60ms", "rule.tau_slow_ms=.06s"))
    assert address(short) == address(long) != intact


def test_a_battery_is_planned_with_doses_and_its_intact_arm_has_no_lesion():
    battery = Battery(arms_of(["block NMDA"], (0, 0.5, 1)), 2, request())
    assert [t.changes for t in dry_run(battery).values()] == [False, True, True]
    assert [r.lesions for r in battery.requests()[:2]] == [(), ("block NMDA 0",)]


def test_a_changed_synapse_leaves_out_the_part_that_would_fit_the_change_away():
    kind = experiment("plasticity").request
    assert "other-rules" in kind().wanted_parts()
    assert "other-rules" not in kind(lesions=("block NMDA",)).wanted_parts()
