"""The sequences of orientations that a circuit learns to predict.

The prediction experiment shows gratings one after the other. A sequence says which grating may
follow which: `loop` (the last one decides), `second-order` and `irregular` (the last two decide),
`reber` (a grammar with choices), `shuffled` (nothing can be predicted), or a file of the user's.

All are grammars of states. From a state, each symbol that may come leads to a next state, all with
the same probability; a state that nothing follows begins again at the first. So one knows at each
step which symbols are legal, and how often a predictor that knows little would be right: its
floor. Each symbol is shown as a static grating of its own orientation.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits.errors import CtloopError, UnknownName
from circuits.files import is_file, read_text, user_path
from circuits.seeds import stream

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
States = tuple[tuple[tuple[int, int], ...], ...]

#: Items the floors are computed from.
FLOOR_ITEMS = 20_000


@dataclass(frozen=True)
class Grammar:
    """A sequence without end.

    Attributes
    ----------
    name : str
        As it goes into `run.json`.
    symbols : tuple of str
        Two or more.
    orientations_deg : tuple of float
        Of the grating that stands for each symbol, 0-180, no two the same.
    states : tuple of tuples (symbol index, next state)
        What may come in every state, each with the same probability. After a state in which
        nothing may come follows state 0.

    Raises
    ------
    CtloopError
        If it can produce nothing, or two symbols look the same.
    """

    name: str
    symbols: tuple[str, ...]
    orientations_deg: tuple[float, ...]
    states: States

    def __post_init__(self) -> None:
        """Refuse what can produce nothing."""
        if len(self.symbols) < 2 or len(set(self.symbols)) != len(self.symbols):
            msg = f"the sequence {self.name} needs two symbols or more, each of its own name"
            raise CtloopError(msg)
        angles = [a % 180.0 for a in self.orientations_deg]
        if not all(math.isfinite(a) for a in angles) or len(set(angles)) != len(self.symbols):
            msg = f"the sequence {self.name} needs one orientation a symbol, no two the same"
            raise CtloopError(msg)
        if not self.states or not self.states[0]:
            msg = f"in the sequence {self.name} nothing follows the first state (no way out of it)"
            raise CtloopError(msg)


@dataclass(frozen=True, eq=False)
class Items:
    """Items drawn from a grammar.

    Attributes
    ----------
    symbol : array (n,)
        Index of the symbol shown.
    legal : array (n, symbols)
        Which symbols could have come at this step, the one that came among them.
    """

    symbol: Ints
    legal: Bools

    def __len__(self) -> int:
        return len(self.symbol)


@dataclass(frozen=True, eq=False)
class Floors:
    """How often a predictor that knows little is right, as shares of the steps.

    Attributes
    ----------
    uniform : float
        A guess among all symbols is legal.
    most_common : float
        The symbol that is legal most often is legal.
    first_order : float
        The symbol that is legal most often after the last one is legal.
    first_order_accuracy : float
        The symbol that comes most often after the last one comes.
    by_last : array (symbols,)
        The same after each symbol; 0 after one that does not come.
    """

    uniform: float
    most_common: float
    first_order: float
    first_order_accuracy: float
    by_last: NDArray[np.float64]


def draw(grammar: Grammar, n: int, rng: np.random.Generator) -> Items:
    """Draw n items of a grammar, from its first state.

    Parameters
    ----------
    grammar : Grammar
    n : int
        1 or more.
    rng : numpy.random.Generator

    Returns
    -------
    Items
    """
    symbol = np.empty(n, dtype=np.int64)
    legal = np.zeros((n, len(grammar.symbols)), dtype=bool)
    state = 0
    for step in range(n):
        choices = grammar.states[state] or grammar.states[0]
        legal[step, [s for s, _ in choices]] = True
        symbol[step], state = choices[int(rng.integers(len(choices)))]
    return Items(symbol, legal)


def floors(grammar: Grammar, n: int = FLOOR_ITEMS) -> Floors:
    """Count the floors of a grammar over n items drawn from it (stream "floors")."""
    items = draw(grammar, n, stream(0, "floors"))
    after = np.zeros((len(grammar.symbols),) * 2)
    np.add.at(after, items.symbol[:-1], items.legal[1:].astype(float))
    came = np.zeros_like(after)
    np.add.at(came, (items.symbol[:-1], items.symbol[1:]), 1.0)
    often = came.sum(axis=1)
    return Floors(
        float(items.legal.mean()),
        float(items.legal.mean(axis=0).max()),
        float(after.max(axis=1).sum() / (n - 1)),
        float(came.max(axis=1).sum() / (n - 1)),
        came.max(axis=1) / np.maximum(often, 1.0),
    )


# --- the sequences there are ---------------------------------------------------------------------


def loop(order: tuple[int, ...] = (0, 3, 6, 1, 4, 7, 2, 5)) -> Grammar:
    """Give the deterministic loop over 8 orientations, in steps of 67.5 deg.

    Neighbours in time are no neighbours in orientation, so that the relay cells that answer the
    last item are not those that answer the next one.
    """
    return _cycle("loop", order)


def second_order() -> Grammar:
    """Give a loop of 16 items in which each of 8 orientations has two predecessors and two successors.

    From the last item alone the next one is guessed right half of the time; from the last two, always.
    Steps of 45 and 112.5 deg take turns, so that neighbouring orientations are followed by
    neighbouring ones. The two orientations that may follow an item differ by 67.5 deg, so that no
    item lies halfway between them.
    """
    walk = [0]
    for k in range(15):
        walk.append((walk[-1] + (2, 5)[k % 2]) % 8)
    return _cycle("second-order", tuple(walk))


def irregular() -> Grammar:
    """Give a second-order loop in which neighbouring orientations have unlike successors: harder.

    Item i is followed by i + 3 or i + 5, modulo 8, in the order of a closed walk along all edges of
    that graph. The two that may follow differ by 45 deg, with an item halfway. Layer-6 cells answer
    neighbouring orientations too, so what they learn at one orientation is wrong at some others.
    """
    left = {node: [(node + 3) % 8, (node + 5) % 8] for node in range(8)}
    path, walk = [0], []
    while path:  # Hierholzer
        if left[path[-1]]:
            path.append(left[path[-1]].pop())
        else:
            walk.append(path.pop())
    return _cycle("irregular", tuple(walk[::-1][:-1]))


def reber() -> Grammar:
    """Give Reber's grammar over 7 symbols (Reber 1967, as in O'Reilly's deepfsa).

    At each state one or two symbols may come; of two, each with a probability of .5.
    """
    rows = ("B1", "T2 P3", "S2 X4", "T3 V5", "S6 X3", "V6 P4", "E7", "")
    symbols = tuple("BTSXVPE")
    states = tuple(tuple((symbols.index(w[0]), int(w[1])) for w in row.split()) for row in rows)
    return Grammar("reber", symbols, tuple(k * 180.0 / 7 for k in range(7)), states)


def shuffled() -> Grammar:
    """Give the control: 8 orientations in any order, the same one never twice in a row."""
    first = tuple((s, s + 1) for s in range(8))
    others = [tuple((s, s + 1) for s in range(8) if s != last) for last in range(8)]
    return Grammar("shuffled", _letters(8), _spread(8), (first, *others))


SEQUENCES = {
    "loop": loop,
    "second-order": second_order,
    "irregular": irregular,
    "reber": reber,
    "shuffled": shuffled,
}


def named(text: str) -> Grammar:
    """Find a sequence by its name, or read the user's own from a TOML file.

    Parameters
    ----------
    text : str
        A name of `SEQUENCES`, or a path.

    Returns
    -------
    Grammar

    Raises
    ------
    CtloopError
        If there is no such sequence, or the file does not describe one.
    """
    if text in SEQUENCES:
        return SEQUENCES[text]()
    if text and (Path(text).suffix == ".toml" or is_file(text)):
        return from_file(user_path(text))
    raise UnknownName("sequence", text, [*SEQUENCES, "a file (.toml)"])


def _letters(n: int) -> tuple[str, ...]:
    return tuple("ABCDEFGH"[:n])


def _spread(n: int) -> tuple[float, ...]:
    return tuple(k * 180.0 / n for k in range(n))


def _cycle(name: str, order: tuple[int, ...]) -> Grammar:
    states = tuple(((s, (k + 1) % len(order)),) for k, s in enumerate(order))
    return Grammar(name, _letters(8), _spread(8), states)


# --- the user's own ------------------------------------------------------------------------------


def from_file(path: Path) -> Grammar:
    """Read a sequence or a grammar from a TOML file.

    `[symbols]` gives each symbol its orientation in deg. Then either `items = ["A", "B", "A", "C"]`,
    a loop, or `[grammar]` with one table a state, the first one the start:
    `start = {A = "middle"}`, `middle = {B = "middle", C = "start"}`; a state `end = {}` begins again.

    Raises
    ------
    CtloopError
        In one line, with what is missing or wrong.
    """
    content = read_text(path, "the sequence file")
    try:
        data = tomllib.loads(content)
    except (ValueError, RecursionError) as error:
        msg = f"{path} is not TOML: {error}".splitlines()[0]
        raise CtloopError(msg) from None
    angles: Any = data.get("symbols")
    items: Any = data.get("items")
    states: Any = data.get("grammar")
    unknown = set(data) - {"symbols", "items", "grammar"}
    if unknown:
        kind = f"entry of {path}"
        raise UnknownName(kind, sorted(unknown)[0], ("symbols", "items", "grammar"))
    if not isinstance(angles, dict) or not all(_is_number(a) for a in angles.values()):
        _refuse(path, "needs [symbols], each with its orientation in deg: A = 45")
    if (items is None) == (states is None):
        _refuse(path, 'needs either items = ["A", "B"] or [grammar]')
    symbols = tuple(angles)
    if items is not None:
        if not isinstance(items, list) or len(items) < 2:
            _refuse(path, "needs a list of two items or more")
        order = [_symbol(path, str(i), symbols) for i in items]
        found: States = tuple(((s, (k + 1) % len(order)),) for k, s in enumerate(order))
    else:
        found = _states(path, states, symbols)
    return Grammar(path.stem, symbols, tuple(float(a) for a in angles.values()), found)


def _states(path: Path, states: Any, symbols: tuple[str, ...]) -> States:
    if not isinstance(states, dict) or not all(isinstance(row, Mapping) for row in states.values()):
        _refuse(path, 'needs in [grammar] one line a state: start = {A = "middle"}')
    names = list(states)
    out = []
    for row in states.values():
        for target in row.values():
            if target not in names:
                kind = f"state of {path}"
                raise UnknownName(kind, str(target), names)
        out.append(tuple((_symbol(path, s, symbols), names.index(t)) for s, t in row.items()))
    return tuple(out)


def _symbol(path: Path, name: str, symbols: tuple[str, ...]) -> int:
    if name not in symbols:
        kind = f"symbol of {path}"
        raise UnknownName(kind, name, symbols)
    return symbols.index(name)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9


def _refuse(path: Path, why: str) -> None:
    msg = f"the sequence file {path} {why}"
    raise CtloopError(msg)
