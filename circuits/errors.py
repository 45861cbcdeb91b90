"""The one family of errors a user can catch: every message is a line that says what to do."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class CtloopError(Exception):
    """Something the user asked for cannot be done; the message is one clear line."""


class Killed(CtloopError):
    """A process was killed from outside (memory, a scheduler): the same work may succeed again."""


class NoRoom(CtloopError):
    """The disk is full: nothing else will succeed before there is room."""


class UnknownName(CtloopError):
    """A name that matches nothing, with the nearest names that exist.

    Parameters
    ----------
    kind : str
        What was looked for, in the user's words: "population", "projection", "parameter".
    name : str
        What was given.
    known : iterable of str
        Every name that would have been accepted.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        folded = {n.casefold(): n for n in names}
        near = get_close_matches(name.casefold(), list(folded), n=3, cutoff=0.4)
        nearest = [folded[n] for n in near] or names[:6]
        super().__init__(f"unknown {kind} {name!r}; nearest: {', '.join(nearest)}")
        self.kind, self.name, self.nearest = kind, name, nearest
