"""The language of lesions: one sentence says what is done, where, how much, and when.

    cut       WHERE [FRACTION]                 synapses neither transmit nor learn
    scale     WHERE FACTOR                     conductances times a factor, also above 1
    silence   CELLS [FRACTION] [by current]    cells held at rest, or hyperpolarised by -500 pA
    drive     CELLS CURRENT [FRACTION]         an optogenetic step
    block     RECEPTOR [at WHERE] [FRACTION]   AMPA, NMDA, GABA_A or GABA_B
    static    WHERE                            no short-term plasticity: every release as the first
    freeze    WHERE                            no learning; transmission as before
    swap      PROPERTY WHERE with WHERE        PROPERTY: stp, receptors, delay or gain
    rate_matched WHERE                         Poisson spikes at each cell's intact rate
    replay    WHERE [across cells | in time]   the intact run's own spikes, shuffled
    sham      [WHERE]                          gain times 1: nothing may change

Each may end in `from 2s to 3s`. WHERE is a projection "V1.L5IB -> Pulvinar.TRC", a pathway of
several hops "A -> B -> C", or cells (then all that leaves them). CELLS is a population, an area
("TRN", "V1") or a pattern ("*.L6CT"). A projection alone is cut, cells alone are silenced. Several
sentences are joined by ";".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal, get_args

from circuits import units
from circuits.errors import CtloopError, UnknownName
from circuits.spec import RECEPTORS

Verb = Literal[
    "cut", "scale", "silence", "drive", "block", "static", "freeze", "swap",
    "rate_matched", "replay", "sham",
]  # fmt: skip
VERBS: tuple[str, ...] = get_args(Verb)
#: What `swap` can exchange, and the fields of a projection that are meant.
PROPERTIES = {
    "stp": ("stp",),
    "receptors": ("receptors",),
    "delay": ("delay_ms", "delay_cv"),
    "gain": ("gain",),
}
#: "silence ... by current" injects this, pA.
SILENCING_PA = -500.0
REPLAYS = ("across cells", "in time")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesion:
    """One sentence of the language, read.

    Attributes
    ----------
    verb : str
        One of `VERBS`.
    where : str
        Projection, pathway, population, area or pattern, spelt "A -> B".
    amount : float
        Fraction (cut, silence, block), factor (scale) or pA (drive).
    fraction : float
        Of the cells a `drive` reaches.
    detail : str
        Receptor (block), property (swap), "by current" (silence), one of `REPLAYS` (replay).
    partner : str
        The other side of a swap.
    window_ms : (float, float) or None
        From and to, ms from the start of the simulation; None is always.
    """

    verb: Verb
    where: str = "*"
    amount: float = 1.0
    fraction: float = 1.0
    detail: str = ""
    partner: str = ""
    window_ms: tuple[float, float] | None = None

    def __str__(self) -> str:
        """Write the sentence as `parse` reads it, in one spelling."""
        amount = f" {self.amount:g}"
        where = "" if self.where == "*" and self.verb in ("block", "sham") else self.where
        sentence = {
            "cut": f"cut {where}" + amount * (self.amount != 1),
            "scale": f"scale {where}{amount}",
            "silence": f"silence {where}" + amount * (self.amount != 1),
            "drive": f"drive {where}{amount}pA" + f" {self.fraction:g}" * (self.fraction != 1),
            "block": f"block {self.detail}"
            + f" at {where}" * bool(where)
            + amount * (self.amount != 1),
            "swap": f"swap {self.detail} {where} with {self.partner}",
        }.get(self.verb, f"{self.verb} {where}".strip())
        if self.verb in ("silence", "replay") and self.detail:
            sentence += f" {self.detail}"
        if self.window_ms is not None:
            sentence += f" from {self.window_ms[0]:g}ms to {self.window_ms[1]:g}ms"
        return sentence


def parse(text: str) -> tuple[Lesion, ...]:
    """Read the sentences of a text.

    Parameters
    ----------
    text : str
        For example "V1.L5IB->Pulvinar.TRC", "silence TRN .5 from 2s to 3s; block NMDA".

    Raises
    ------
    CtloopError, UnknownName
        If a sentence cannot be read, with how it would be.
    """
    sentences = [part for part in text.split(";") if part.strip()]
    if not sentences:
        msg = 'an empty lesion; write for example "V1.L5IB -> Pulvinar.TRC"'
        raise CtloopError(msg)
    return tuple(_sentence(part) for part in sentences)


def _sentence(text: str) -> Lesion:
    tidy = re.sub(r"\s*->\s*", "->", text.strip())
    words = re.sub(r"\s+#", "#", tidy).split()
    window = _window(words, text)
    verb = words[0]
    if verb not in VERBS:
        if len(words) == 1:
            bare: Verb = "cut" if "->" in verb else "silence"
            return Lesion(verb=bare, where=spell(verb), window_ms=window)
        if "->" in verb or "." in verb or _is_number(words[1]):
            return _read("cut" if "->" in verb else "silence", words, window, text)
        raise UnknownName("lesion", verb, VERBS)
    return _read(verb, words[1:], window, text)  # type: ignore[arg-type]


def _read(verb: Verb, words: list[str], window: tuple[float, float] | None, text: str) -> Lesion:
    """Read what follows the verb; every word must find its place."""
    left = list(words)
    detail = partner = ""
    amount = fraction = 1.0
    if verb in ("block", "swap"):
        kind, known = ("receptor", RECEPTORS) if verb == "block" else ("property", PROPERTIES)
        detail = _next(left, f"a {kind}", text)
        if detail not in known:
            raise UnknownName(kind, detail, known)
    if verb == "block":
        where = _after(left, "at", text) or "*"
    else:
        where = left.pop(0) if left and not _is_number(left[0]) else ""
    if verb == "swap":
        partner = spell(_after(left, "with", text))
        if not partner:
            _refuse(text, "swap stp A -> B with C -> D")
    if not where and verb != "sham":
        _refuse(text, f'{verb} "V1.L5IB -> Pulvinar.TRC"')
    if verb == "scale":
        amount = _number(_next(left, "a factor", text), "")
    elif verb == "drive":
        amount = _number(_next(left, "a current such as 200pA", text), "pA")
        fraction = _fraction(left, text)
    elif verb in ("cut", "silence", "block"):
        amount = _fraction(left, text)
    rest = " ".join(left)
    if verb == "silence" and rest == "by current":
        detail, rest = rest, ""
    elif verb == "replay":
        detail = rest or REPLAYS[0]
        if detail not in REPLAYS:
            raise UnknownName("replay", detail, REPLAYS)
        rest = ""
    if rest:
        msg = f"cannot read {rest!r} at the end of {text.strip()!r}; {verb} does not take it"
        raise CtloopError(msg)
    if verb == "scale" and amount < 0:
        msg = f"{text.strip()!r}: a factor is 0 or more"
        raise CtloopError(msg)
    return Lesion(
        verb=verb, where=spell(where or "*"), amount=amount, fraction=fraction, detail=detail,
        partner=partner, window_ms=window,
    )  # fmt: skip


def spell(where: str) -> str:
    """Spell a place the canonical way: "A->B#k" as "A -> B #k"."""
    return " -> ".join(part.strip() for part in where.replace("#", " #").split("->"))


def _window(words: list[str], text: str) -> tuple[float, float] | None:
    """Take "from T to T" off the end of the words."""
    if "from" not in words:
        return None
    at = words.index("from")
    tail = words[at:]
    if len(tail) != 4 or tail[2] != "to" or at == 0:
        _refuse(text, "TRN from 2s to 3s")
    start, stop = _number(tail[1], "ms"), _number(tail[3], "ms")
    if not 0 <= start < stop:
        msg = f"{text.strip()!r}: a window runs from 0 or later to a later time"
        raise CtloopError(msg)
    del words[at:]
    return start, stop


def _after(left: list[str], word: str, text: str) -> str:
    """Take what follows this word; "" if the word is not there."""
    if not left or left[0] != word:
        return ""
    left.pop(0)
    return _next(left, f"a place after {word!r}", text)


def _next(left: list[str], what: str, text: str) -> str:
    if not left:
        msg = f"{text.strip()!r} lacks {what}"
        raise CtloopError(msg)
    return left.pop(0)


def _fraction(left: list[str], text: str) -> float:
    """Take a fraction if one comes next; all, if not."""
    if not left or not _is_number(left[0]):
        return 1.0
    fraction = _number(left.pop(0), "")
    if not 0 <= fraction <= 1:
        msg = f"{text.strip()!r}: a fraction is from 0 to 1"
        raise CtloopError(msg)
    return fraction


def _number(word: str, unit: str) -> float:
    """Read a quantity to the six digits in which a sentence writes it."""
    return float(f"{units.parse(word, unit):.6g}")


def _is_number(word: str) -> bool:
    return re.match(r"[-+]?\.?\d", word) is not None


def _refuse(text: str, example: str) -> None:
    msg = f"cannot read the lesion {text.strip()!r}; write for example: {example}"
    raise CtloopError(msg)


def dosed(text: str, dose: float) -> str:
    """Give a lesion at a fraction of its strength.

    Parameters
    ----------
    text : str
        As `parse` reads it.
    dose : float
        0 is the intact circuit, 1 the lesion as written. It multiplies the fraction of a cut, a
        silencing or a block and the current of a drive; a factor goes linearly from 1 to itself.

    Raises
    ------
    CtloopError
        If the dose is not in 0-1, or the lesion has no half.
    """
    if not 0 <= dose <= 1:
        msg = f"a dose is from 0 to 1, not {dose:g}"
        raise CtloopError(msg)
    return "; ".join(str(_dosed(one, dose)) for one in parse(text))


def _dosed(one: Lesion, dose: float) -> Lesion:
    if one.verb == "scale":
        return replace(one, amount=1 + dose * (one.amount - 1))
    if one.verb in ("cut", "silence", "block", "drive"):
        return replace(one, amount=one.amount * dose)
    msg = f"{one.verb} has no dose; cut, silence, block, scale and drive have"
    raise CtloopError(msg)
