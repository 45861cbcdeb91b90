"""A number of a table together with where it is from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sourced:
    """A number and its source: a key of the bibliography, or "assumed: <reason>"."""

    value: float
    source: str

    @property
    def reason(self) -> str:
        """The source without the word "assumed", to stand inside another sentence."""
        return self.source.removeprefix("assumed: ")
