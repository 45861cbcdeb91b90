"""What the prediction experiment shows: the items of a sequence, one after the other.

Each item is a static grating, shown for about 200 ms and followed by the next without a gap. In a
test, one item in ten is left out: the screen stays grey for its time. The stimulus paces the
circuit here, by construction: items of 200 ms are 5 Hz. (`ctloop run alternation` asks whether the
circuit has a rhythm of its own.) Durations are jittered, so that the time of the next item cannot
be predicted to the millisecond.

The retina works out its answer to each of the few pictures once, and puts the answers in order;
so half an hour of items needs no half hour of frames.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from circuits.errors import CtloopError
from circuits.layout import coordinates
from circuits.records import Population, Spikes
from circuits.seeds import stream
from sims.stimuli.gratings import blank, static_grating
from sims.stimuli.movie import Movie
from sims.stimuli.sequences import Grammar, Items, draw
from thalamus.retina import Mosaic, Retina, sequence_spikes

Floats = NDArray[np.float64]

BIN_MS = 1.0
#: One item in this many is left out of a test.
OMIT_EVERY = 10


@dataclass(frozen=True, eq=False)
class Schedule:
    """When each item of a sequence is shown.

    Attributes
    ----------
    items : Items
        n of them.
    onset_ms : array (n + 1,)
        When each item begins, from the start of the simulation; the last entry is the end.
    omitted : array (n,) of bool
        Whether the screen stays grey for the time of this item.
    """

    items: Items
    onset_ms: Floats
    omitted: NDArray[np.bool_]

    @property
    def duration_ms(self) -> float:
        """How long it takes, the time before the first item included."""
        return float(self.onset_ms[-1])


def draw_schedule(
    grammar: Grammar,
    n: int,
    seed: int,
    name: str,
    *,
    item_ms: float = 200.0,
    jitter: float = 0.1,
    before: int = 0,
    omit: bool = False,
) -> Schedule:
    """Draw the items of a sequence and the times at which they are shown.

    Parameters
    ----------
    grammar : Grammar
    n : int
        Items that count, 1 or more.
    seed, name : int, str
        Streams "<name> items", "<name> times", "<name> omitted".
    item_ms, jitter : float
        Mean duration, at least 50 ms, and its spread: uniform in item_ms (1 +- jitter), 0 to .9.
    before : int
        Items shown before those that count, while the circuit settles. The sequence goes on from
        them.
    omit : bool
        Leave out one item in `OMIT_EVERY`, never two in a row and none of the first `before`.

    Returns
    -------
    Schedule
        Durations are whole milliseconds.

    Raises
    ------
    CtloopError
        If there is no item, or the durations are out of range.
    """
    if n < 1 or not (item_ms >= 50 and 0 <= jitter <= 0.9):
        msg = "a sequence needs an item or more, of at least 50 ms, and a jitter of 0 to .9"
        raise CtloopError(msg)
    items = draw(grammar, before + n, stream(seed, f"{name} items"))
    lasts = item_ms * stream(seed, f"{name} times").uniform(1 - jitter, 1 + jitter, before + n)
    onset = np.concatenate(([0.0], np.cumsum(np.maximum(1.0, np.round(lasts)))))
    omitted = np.zeros(before + n, dtype=bool)
    if omit:
        rng = stream(seed, f"{name} omitted")
        for first in range(before, before + n - OMIT_EVERY + 1, OMIT_EVERY):
            # Not the block's first, so that two are never neighbours.
            omitted[first + int(rng.integers(1, OMIT_EVERY))] = True
    return Schedule(items, onset, omitted)


def pictures(grammar: Grammar, contrast: float = 1.0) -> Movie:
    """Draw the grating of each symbol, and the grey screen last: (symbols + 1, ny, nx)."""
    shown = [static_grating(angle, contrast).frames for angle in grammar.orientations_deg]
    frames = np.concatenate([*shown, blank().frames])
    return Movie(frames, 1e3, description={"stimulus": "items", "sequence": grammar.name})


def see(
    population: Population,
    grammar: Grammar,
    shown: Schedule,
    seed: int,
    name: str,
    contrast: float = 1.0,
) -> Spikes:
    """Give the spikes with which a retina answers the items (stream "<name> Retina").

    Parameters
    ----------
    population : Population
        The retina of the circuit.
    grammar : Grammar
        With the orientation of each symbol.
    shown : Schedule
    seed, name : int, str
        The seed also places the ganglion cells.
    contrast : float
        Of the gratings, 0 to 1.

    Returns
    -------
    Spikes
        Times from 0 to the end of the schedule, ms.
    """
    place = coordinates(population, seed)
    bins = np.arange(int(np.ceil(shown.duration_ms / BIN_MS)))
    item = np.searchsorted(shown.onset_ms, (bins + 0.5) * BIN_MS, side="right") - 1
    item = np.clip(item, 0, len(shown.items) - 1)
    picture = np.where(shown.omitted, len(grammar.symbols), shown.items.symbol)
    return sequence_spikes(
        Retina(),
        Mosaic(place.x_deg, place.y_deg, place.polarity),
        pictures(grammar, contrast),
        picture[item],
        shown.duration_ms,
        stream(seed, f"{name} Retina"),
        BIN_MS,
    )
