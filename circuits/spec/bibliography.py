"""The bibliography: what every citation key of the parameter tables stands for, read from `bibliography.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

from circuits.errors import UnknownName

Read = Literal["paper", "abstract", "recalled", "second hand"]
#: What stands for further authors, as BibTeX has it.
OTHERS = "others"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One paper.

    Attributes
    ----------
    key : str
        As the parameter tables cite it: authors and year.
    authors : tuple of str
        Family names; the last may be "others".
    year : int
    title : str
    venue, volume, pages, doi : str
        "" where there is none, or, of the DOI, where it was not looked up.
    note : str
        What it is cited for; "" where the title says it.
    read : "paper", "abstract", "recalled" or "second hand"
        How it was read: itself, its abstract alone, not read again, or in another paper.
    """

    key: str
    authors: tuple[str, ...]
    year: int
    title: str
    venue: str = ""
    volume: str = ""
    pages: str = ""
    note: str = ""
    doi: str = ""
    read: Read = "paper"

    @property
    def sentence(self) -> str:
        """The reference as a text: authors, year, where, title, what for, and how it was read."""
        *first, last = self.authors
        together = f"{', '.join(first)} & {last}" if first else last
        who = f"{', '.join(first)} et al." if last == OTHERS else together
        place = f"{self.volume}:{self.pages}" if self.volume else self.pages
        where = f", {self.venue} {place}" if self.venue else ""
        about = f"{self.title}: {self.note}" if self.note else self.title
        how = "" if self.read == "paper" else f" ({self.read})"
        doi = f" doi:{self.doi}." if self.doi else ""
        return f"{who} {self.year}{where}. {about}{how}.{doi}"

    @property
    def bibtex(self) -> str:
        """The reference as an entry of a .bib file; `annote` says how it was read if not itself."""
        how = "" if self.read == "paper" else f"read: {self.read}"
        fields = {
            "author": " and ".join(f"{{{a}}}" if " " in a else a for a in self.authors),
            "title": f"{{{self.title}}}",
            "journal": self.venue,
            "year": str(self.year),
            "volume": self.volume,
            "pages": self.pages,
            "doi": self.doi,
            "annote": "; ".join(filter(None, (self.note, how))),
        }
        lines = [f"  {name} = {{{text}}}" for name, text in fields.items() if text]
        kind = "article" if self.venue else "misc"
        return f"@{kind}{{{self.key},\n" + ",\n".join(lines) + "\n}"


def _read() -> dict[str, Reference]:
    text = files("circuits.spec").joinpath("bibliography.toml").read_text(encoding="utf-8")
    return {
        key: Reference(key=key, **{**entry, "authors": tuple(entry["authors"])})
        for key, entry in tomllib.loads(text).items()
    }


#: Every paper by its key, and as a sentence.
REFERENCES: Mapping[str, Reference] = _read()
BIBLIOGRAPHY: Mapping[str, str] = {key: one.sentence for key, one in REFERENCES.items()}


def bibtex(keys: Iterable[str]) -> str:
    """Give a .bib file of these papers, by key.

    Raises
    ------
    UnknownName
        If the bibliography has no such key.
    """
    chosen = sorted(set(keys), key=str.casefold)
    for key in chosen:
        if key not in REFERENCES:
            kind = "citation key"
            raise UnknownName(kind, key, REFERENCES)
    return "\n\n".join(REFERENCES[key].bibtex for key in chosen) + "\n"
