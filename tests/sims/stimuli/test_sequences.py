"""Sequences, what is legal in them, and what can be reached without knowing them."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circuits.errors import CtloopError
from sims.stimuli.sequences import SEQUENCES, draw, floors, named

NAMES = sorted(SEQUENCES)


@settings(deadline=None, max_examples=30)
@given(st.sampled_from(NAMES), st.integers(1, 300), st.integers(0, 2**31))
def test_what_comes_is_always_legal(name: str, n: int, seed: int) -> None:
    items = draw(named(name), n, np.random.default_rng(seed))
    assert len(items) == n
    assert items.legal[np.arange(n), items.symbol].all()


@settings(deadline=None, max_examples=20)
@given(st.sampled_from(NAMES), st.integers(0, 2**31))
def test_the_same_seed_gives_the_same_items(name: str, seed: int) -> None:
    one, other = (draw(named(name), 50, np.random.default_rng(seed)) for _ in range(2))
    assert np.array_equal(one.symbol, other.symbol)


def test_the_loop_shows_eight_orientations_far_from_each_other_in_turn() -> None:
    grammar = named("loop")
    items = draw(grammar, 16, np.random.default_rng(0)).symbol
    assert sorted(items[:8]) == list(range(8))
    assert np.array_equal(items[:8], items[8:])
    angles = np.array(grammar.orientations_deg)[items]
    turn_deg = np.abs(np.diff(angles)) % 180
    assert np.minimum(turn_deg, 180 - turn_deg).min() == pytest.approx(67.5)


@pytest.mark.parametrize("name", ["second-order", "irregular"])
def test_a_second_order_loop_needs_two_items_and_two_are_enough(name: str) -> None:
    items = draw(named(name), 160, np.random.default_rng(0)).symbol
    after: dict[tuple[int, ...], set[int]] = {}
    before: dict[int, set[int]] = {}
    for a, b, c in zip(items, items[1:], items[2:], strict=False):
        after.setdefault((a, b), set()).add(c)
        after.setdefault((b,), set()).add(c)
        before.setdefault(c, set()).add(b)
    assert {len(v) for k, v in after.items() if len(k) == 2} == {1}
    assert {len(v) for k, v in after.items() if len(k) == 1} == {2}
    assert {len(v) for v in before.values()} == {2}
    assert len({(int(a), int(b)) for a, b in pairwise(items)}) == 16


@pytest.mark.parametrize(("name", "alike"), [("second-order", True), ("irregular", False)])
def test_what_comes_next_goes_by_the_steps_at_any_orientation_unless_irregular(
    name: str, alike: bool
) -> None:
    steps = np.diff(draw(named(name), 160, np.random.default_rng(0)).symbol) % 8
    after = {int(a): {int(b) for b in steps[1:][steps[:-1] == a]} for a in set(steps[:-1])}
    assert all(len(v) == 1 for v in after.values()) is alike


def test_what_may_follow_in_second_order_has_no_item_halfway() -> None:
    items = draw(named("second-order"), 160, np.random.default_rng(0)).symbol
    for item in range(8):
        one, other = {int(b) for a, b in pairwise(items) if a == item}
        assert (one - other) % 8 in (3, 5)


def test_reber_floors_are_those_of_its_graph() -> None:
    # Visits of the states in a string of 8 symbols on average: 1, 1, 1, 2, 1, 1, 1 for 0 to 6, of
    # which 0 and 6 have one way out and the others two.
    found = floors(named("reber"))
    assert found.uniform == pytest.approx(14 / 8 / 7, abs=0.005)
    # T is legal in states 1 and 3, V in 3 and 5, 3 of 8 visits; so are X, S and P less often.
    assert found.most_common == pytest.approx(3 / 8, abs=0.01)
    # Best after B: T; T: T or V (1 of 1.5); S: X (1 of 1.5 or E); X, V, P, E by the same count.
    assert found.most_common < found.first_order < 0.75
    assert found.first_order_accuracy < found.first_order
    # After B always T or P come, half of the time each; after E always the first of the next string.
    assert found.by_last[0] == pytest.approx(0.5, abs=0.03)
    assert found.by_last[-1] == 1.0


def test_the_last_item_tells_all_half_and_a_seventh() -> None:
    names = ("loop", "second-order", "irregular", "shuffled")
    accuracy = {n: floors(named(n)).first_order_accuracy for n in names}
    assert accuracy["loop"] == 1
    assert accuracy["irregular"] == pytest.approx(0.5, abs=0.001)
    assert accuracy["second-order"] == pytest.approx(0.5, abs=0.001)
    assert accuracy["shuffled"] == pytest.approx(1 / 7, abs=0.01)


def test_reber_strings_begin_with_b_and_end_with_e() -> None:
    grammar = named("reber")
    text = "".join(grammar.symbols[s] for s in draw(grammar, 500, np.random.default_rng(1)).symbol)
    assert text[0] == "B"
    assert all(w.startswith(("T", "P")) for w in text.split("B")[1:] if w)
    assert set("BE") & set(text.replace("EB", "")[1:-1]) <= {"E"}


def test_shuffled_order_cannot_be_foretold_and_never_repeats() -> None:
    items = draw(named("shuffled"), 4000, np.random.default_rng(0)).symbol
    assert (np.diff(items) != 0).all()
    assert np.bincount(items).min() > 400


# --- the user's own ------------------------------------------------------------------------------


def _file(tmp_path: Path, text: str) -> str:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    return str(path)


def test_a_list_of_items_is_a_loop(tmp_path: Path) -> None:
    text = 'items = ["A", "B", "A", "C"]\n[symbols]\nA = 0\nB = 60.0\nC = 120\n'
    grammar = named(_file(tmp_path, text))
    assert grammar.orientations_deg == (0, 60, 120)
    assert list(draw(grammar, 6, np.random.default_rng(0)).symbol) == [0, 1, 0, 2, 0, 1]


def test_a_grammar_has_states_and_begins_again_at_its_end(tmp_path: Path) -> None:
    text = '[symbols]\nA = 0\nB = 60\nC = 120\n[grammar]\ns = {A = "t"}\nt = {B = "t", C = "end"}\nend = {}\n'
    items = draw(named(_file(tmp_path, text)), 200, np.random.default_rng(0))
    shown = "".join("ABC"[s] for s in items.symbol)
    assert all(word.strip("B") == "" for word in shown.replace("C", "A").split("A"))
    assert (items.legal.sum(axis=1) == np.where(np.roll(items.symbol, 1) == 2, 1, 2))[1:].all()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[symbols\n", "not TOML"),
        ('items = ["A", "B"]\n', "needs \\[symbols\\]"),
        ("[symbols]\nA = 0\nB = 90\n", "either items"),
        ('items = ["A", "X"]\n[symbols]\nA = 0\nB = 90\n', "X"),
        ('items = ["A"]\n[symbols]\nA = 0\nB = 90\n', "two items"),
        ('items = ["A", "B"]\n[symbols]\nA = 0\nB = 180\n', "no two the same"),
        ('[symbols]\nA = 0\nB = 9\n[grammar]\ns = {A = "nowhere"}\n', "nowhere"),
        ("[symbols]\nA = 0\nB = 9\n[grammar]\ns = {}\n", "no way out"),
        ('speed = 3\nitems = ["A", "B"]\n[symbols]\nA = 0\nB = 9\n', "speed"),
    ],
)
def test_a_file_that_is_no_sequence_is_refused_in_one_line(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(CtloopError, match=message) as error:
        named(_file(tmp_path, text))
    assert "\n" not in str(error.value)


def test_an_unknown_sequence_lists_those_there_are() -> None:
    with pytest.raises(CtloopError, match="reber"):
        named("rebre")
