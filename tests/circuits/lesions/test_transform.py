"""A lesion is a graph transform: read, applied, composed, saved."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tiny
from circuits import spec
from circuits.errors import CtloopError, UnknownName
from circuits.lesions import at_time, lesion, parse, touched, window_times
from circuits.records import STP, Projection
from circuits.wiring import draw
from tiny import population

DRIVER, MODULATOR = "V1.L5IB -> Pulvinar.TRC", "V2.L6CT -> Pulvinar.TRC"


def projection(source: str, target: str, **fields: object) -> Projection:
    usual = {"role": "driver", "fibres": 10.0, "receptors": {"AMPA": 2.0, "NMDA": 1.0}}
    return tiny.projection(source, target, **{**usual, **fields})


@pytest.fixture(scope="module")
def circuit() -> spec.Circuit:
    return small()


def small() -> spec.Circuit:
    names = ("V1.L5IB", "V2.L6CT", "V2.L4E", "TRN.LGN", "TRN.PUL", "Pulvinar.TRC")
    return spec.assemble(
        [population(n) for n in names],
        [
            projection("V1.L5IB", "Pulvinar.TRC", stp=STP(U=0.5, D_ms=300, F_ms=1), plastic=True),
            projection("V2.L6CT", "Pulvinar.TRC", stp=STP(U=0.1, D_ms=100, F_ms=600), delay_ms=8.0),
            projection("V2.L6CT", "TRN.PUL"),
            projection("TRN.PUL", "Pulvinar.TRC", receptors={"GABA_A": 3.0}),
            projection("TRN.LGN", "TRN.PUL", receptors={"GABA_A": 3.0}),
            projection("Pulvinar.TRC", "V2.L4E"),
            projection("Pulvinar.TRC", "V2.L4E", key="slow"),
        ],
    )


SENTENCES = st.sampled_from(
    [
        f"cut {DRIVER}", f"cut {DRIVER} 0.5", "cut V2.L6CT -> * 0.25", "silence TRN",
        "silence V1.L5IB 0.5", "silence TRN.PUL by current", "drive V2.L6CT 200pA 0.5",
        "block NMDA", f"block NMDA at {MODULATOR} 0.5", f"static {DRIVER}", f"freeze {DRIVER}",
        f"swap stp {DRIVER} with {MODULATOR}", f"rate_matched {DRIVER}", "sham",
        f"replay {MODULATOR} in time", "scale * 0.5", "scale TRN 2",
        "silence TRN from 100ms to 200ms", f"cut {DRIVER} 0.5 from 50ms to 150ms",
    ]
)  # fmt: skip


# --- the language --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("V1.L5IB->Pulvinar.TRC", f"cut {DRIVER}"),
        ("V1.L5IB  ->Pulvinar.TRC .5", f"cut {DRIVER} 0.5"),
        ("TRN", "silence TRN"),
        ("silence TRN 50% from 2s to 3s", "silence TRN 0.5 from 2000ms to 3000ms"),
        ("scale V2.L6CT->Pulvinar.TRC 1.5", f"scale {MODULATOR} 1.5"),
        ("drive V2.L6CT .2nA", "drive V2.L6CT 200pA"),
        ("Pulvinar.TRC -> V2.L4E#slow", "cut Pulvinar.TRC -> V2.L4E #slow"),
        ("replay V1.L5IB->Pulvinar.TRC", f"replay {DRIVER} across cells"),
        ("block NMDA", "block NMDA"),
        ("sham", "sham"),
    ],
)
def test_a_sentence_has_one_spelling_and_reads_back(text: str, canonical: str) -> None:
    (one,) = parse(text)
    assert str(one) == canonical
    assert parse(canonical) == (one,)


@given(SENTENCES)
def test_every_sentence_reads_back_what_it_writes(text: str) -> None:
    (one,) = parse(text)
    assert parse(str(one)) == (one,)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty lesion"),
        ("cut", "write for example"),
        ("cutt V1 -> V2", "nearest: cut"),
        ("cut TRN 2", "from 0 to 1"),
        ("scale TRN", "lacks a factor"),
        ("scale TRN -1", "0 or more"),
        ("drive TRN 3mV", "is a voltage"),
        ("block GABA at TRN", "GABA_A"),
        ("swap stp V1 -> V2", "swap stp A -> B with C -> D"),
        ("cut TRN .5 hard", "cannot read 'hard'"),
        ("TRN from 3s to 2s", "to a later time"),
        ("TRN from 3s", "from 2s to 3s"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(text: str, says: str) -> None:
    with pytest.raises(CtloopError, match=says) as refused:
        parse(text)
    assert "\n" not in str(refused.value)


# --- what matches --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("V2.L6CT -> Pulvinar", [MODULATOR]),
        ("*.L6CT -> *", [MODULATOR, "V2.L6CT -> TRN.PUL"]),
        ("V1.L5IB -> Pulvinar.TRC -> V2",
         [DRIVER, "Pulvinar.TRC -> V2.L4E", "Pulvinar.TRC -> V2.L4E #slow"]),
        ("Pulvinar.TRC -> V2.L4E #slow", ["Pulvinar.TRC -> V2.L4E #slow"]),
        ("cut TRN", ["TRN.LGN -> TRN.PUL", "TRN.PUL -> Pulvinar.TRC"]),
    ],
)  # fmt: skip
def test_areas_wildcards_and_pathways_name_projections(
    circuit: spec.Circuit, where: str, names: list[str]
) -> None:
    assert sorted(touched(circuit, where).projections) == sorted(names)


def test_an_area_names_its_populations(circuit: spec.Circuit) -> None:
    assert touched(circuit, "TRN").populations == ("TRN.LGN", "TRN.PUL")
    assert touched(circuit, "silence TRN 0.5").cells == 20


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("V1.L5IB -> Pulvinar.TRX", "Pulvinar.TRC"),
        ("V1.L5IBB", "V1.L5IB"),
        ("V1.L5IB -> TRN", "V1.L5IB -> Pulvinar.TRC"),
        ("swap stp V1.L5IB -> Pulvinar with V2.L6 -> Pulvinar", "V2.L6CT"),
    ],
)
def test_what_matches_nothing_names_the_nearest(
    circuit: spec.Circuit, text: str, nearest: str
) -> None:
    with pytest.raises(UnknownName) as unknown:
        lesion(circuit, text)
    assert nearest in unknown.value.nearest


def test_a_receptor_that_is_not_there_is_an_error(circuit: spec.Circuit) -> None:
    with pytest.raises(CtloopError, match="has NMDA receptors"):
        lesion(circuit, "block NMDA at TRN")


def test_a_swap_needs_one_projection_on_each_side(circuit: spec.Circuit) -> None:
    with pytest.raises(CtloopError, match="one projection on each side"):
        lesion(circuit, "swap stp V2.L6CT -> * with V1.L5IB -> *")


@pytest.mark.parametrize("text", ["sham", "scale TRN 1", "cut TRN 0", "freeze TRN"])
def test_a_lesion_that_changes_nothing_says_so(circuit: spec.Circuit, text: str) -> None:
    found = touched(circuit, text)
    assert not found.changes
    assert "changes nothing" in found.summary
    assert spec.same(lesion(circuit, text), circuit)


def test_what_is_touched_says_what_happens_to_learning(circuit: spec.Circuit) -> None:
    assert "of 1 plastic projections 0 go on learning" in touched(circuit, DRIVER).summary
    assert (
        "of 1 plastic projections 1 go on learning"
        in touched(circuit, f"scale {DRIVER} .5").summary
    )


# --- what it does --------------------------------------------------------------------------------


def test_sham_touches_every_projection_and_is_the_identity(circuit: spec.Circuit) -> None:
    assert len(touched(circuit, "sham").projections) == len(spec.projections(circuit))
    assert spec.fingerprint(lesion(circuit, "sham")) == spec.fingerprint(circuit)


@given(SENTENCES)
@settings(deadline=None)
def test_the_circuit_given_stays_as_it_was(text: str) -> None:
    circuit = small()
    before = spec.fingerprint(circuit)
    lesion(circuit, text)
    assert spec.fingerprint(circuit) == before


#: Doing these twice is doing them once. The others add up (scale, drive, a partial block, current)
#: or undo themselves (swap).
AGAIN = ("cut", "silence", "static", "freeze", "rate_matched", "replay", "sham")


@given(SENTENCES)
@settings(deadline=None)
def test_cutting_silencing_and_freezing_again_change_no_more(text: str) -> None:
    once = lesion(small(), text)
    (one,) = parse(text)
    if one.window_ms or (one.verb in AGAIN and "current" not in one.detail):
        assert spec.same(lesion(once, text), once)
    elif one.verb == "swap":
        assert spec.same(lesion(once, text), small())


def commute(one: str, other: str) -> bool:
    """Order matters only between surrogates of one pathway, and for what a swap carries off."""
    verbs = {parse(t)[0].verb for t in (one, other) if not parse(t)[0].window_ms}
    return verbs != {"swap", "static"}


@given(SENTENCES, SENTENCES)
@settings(deadline=None)
def test_lesions_compose_in_either_order(one: str, other: str) -> None:
    ab = lesion(lesion(small(), one), other)
    ba = lesion(lesion(small(), other), one)
    if commute(one, other):
        assert spec.same(ab, ba)
    assert spec.same(ab, lesion(small(), f"{one}; {other}"))


@given(SENTENCES)
@settings(deadline=None)
def test_a_lesioned_circuit_is_saved_and_loaded_without_loss(text: str) -> None:
    lesioned = lesion(small(), text)
    again = spec.from_dict(json.loads(json.dumps(spec.to_dict(lesioned))))
    assert spec.same(lesioned, again)
    assert spec.fingerprint(lesioned) == spec.fingerprint(again)
    changed = spec.fingerprint(lesioned) != spec.fingerprint(small())
    assert changed == (
        touched(small(), text).changes or bool(lesioned.graph.get(spec.WINDOWED_LESIONS))
    )


@given(SENTENCES, st.integers(0, 5))
@settings(deadline=None, max_examples=40)
def test_no_lesion_shifts_another_draw_or_the_number_of_synapses(text: str, seed: int) -> None:
    before, after = draw(small(), seed), draw(lesion(small(), text), seed)
    mine = set(touched(small(), text).projections)
    assert list(before) == list(after)
    for name in before:
        assert np.array_equal(before[name].pre, after[name].pre)
        assert np.array_equal(before[name].post, after[name].post)
        if name not in mine:
            for receptor, weight in before[name].weight_ns.items():
                assert np.array_equal(weight, after[name].weight_ns[receptor])
            assert np.array_equal(before[name].delay_ms, after[name].delay_ms)


def test_a_larger_fraction_cuts_the_same_synapses_and_more(circuit: spec.Circuit) -> None:
    left = [
        draw(lesion(circuit, f"cut {DRIVER} {f}"), 3)[DRIVER].weight_ns["AMPA"] > 0
        for f in (0, 0.3, 0.6, 1)
    ]
    assert left[0].all()
    assert not left[3].any()
    for less, more in pairwise(left):
        assert not (more & ~less).any()
    assert 0.4 < left[2].mean() / 0.4 < 1.6


def test_swapping_stp_exchanges_it_and_nothing_else(circuit: spec.Circuit) -> None:
    known = spec.projections(lesion(circuit, f"swap stp {DRIVER} with {MODULATOR}"))
    assert known[DRIVER].stp == spec.projections(circuit)[MODULATOR].stp
    assert known[MODULATOR].stp == spec.projections(circuit)[DRIVER].stp
    assert known[DRIVER].receptors == {"AMPA": 2.0, "NMDA": 1.0}
    assert known[DRIVER].delay_ms == 1.5


def test_scaling_multiplies_the_gain_also_above_one(circuit: spec.Circuit) -> None:
    twice = lesion(circuit, f"scale {DRIVER} 2; scale {DRIVER} 1.5")
    assert spec.projections(twice)[DRIVER].gain == 3.0


def test_blocking_a_receptor_leaves_the_others(circuit: spec.Circuit) -> None:
    known = spec.projections(lesion(circuit, f"block NMDA at {DRIVER}"))
    assert known[DRIVER].receptors == {"AMPA": 2.0, "NMDA": 0.0}
    assert known[MODULATOR].receptors["NMDA"] == 1.0


# --- when ----------------------------------------------------------------------------------------


def test_a_window_holds_its_start_and_not_its_end(circuit: spec.Circuit) -> None:
    windowed = lesion(circuit, "silence TRN from 100ms to 200ms; cut V1.L5IB -> *")
    held = [spec.populations(at_time(windowed, t))["TRN.PUL"].silenced_fraction
            for t in (0, 99.9, 100, 199.9, 200)]  # fmt: skip
    assert held == [0, 0, 1, 1, 0]
    assert window_times(windowed, 1000) == [100, 200]
    assert window_times(windowed, 150) == [100]
    assert spec.projections(at_time(windowed, 0))[DRIVER].cut_fraction == 1


def test_a_window_that_matches_nothing_is_an_error_before_it_begins(circuit: spec.Circuit) -> None:
    with pytest.raises(UnknownName):
        lesion(circuit, "silence TRX from 100ms to 200ms")
