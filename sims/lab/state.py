"""What the lab shows, as its address says it: `?view=compare&a=runs/x&b=runs/y&t=2.1`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

VIEWS = ("look", "compare", "circuit", "run", "learn")


@dataclass(frozen=True)
class State:
    """What is shown.

    Attributes
    ----------
    view : str
        One of `VIEWS`.
    a, b : str
        Addresses of the run and of the one it is compared with; "" is none.
    t, w : float or None
        Start and length of the stretch of time shown, s.
    lesions : tuple of str
        Lesions clicked together, in the language of lesions.
    """

    view: str = VIEWS[0]
    a: str = ""
    b: str = ""
    t: float | None = None
    w: float | None = None
    lesions: tuple[str, ...] = ()

    @classmethod
    def read(cls, given: Mapping[str, Sequence[bytes | str]]) -> Self:
        """Read the arguments of an address; what cannot be is left out."""

        def words(key: str) -> list[str]:
            found = given.get(key) or ()
            return [w.decode("utf-8", "replace") if isinstance(w, bytes) else w for w in found]

        def one(key: str) -> str:
            return next(iter(words(key)), "")

        view = one("view")
        return cls(
            view=view if view in VIEWS else VIEWS[0],
            a=one("a"),
            b=one("b"),
            t=_number(one("t")),
            w=_number(one("w")),
            lesions=tuple(words("lesion")),
        )

    def address(self) -> str:
        """Write what is not the page's own: it adds the view and the time that it shows."""
        pairs = [(key, value) for key, value in (("a", self.a), ("b", self.b)) if value]
        return urlencode([*pairs, *(("lesion", one) for one in self.lesions)])


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None
