"""The bibliography is data: every entry has what a reference has, and BibTeX reads it."""

from __future__ import annotations

import io
import re

import pytest

from circuits.errors import UnknownName
from circuits.spec.bibliography import REFERENCES, bibtex

#: Entries whose DOI was not looked up; shorten the list, do not lengthen it.
WITHOUT_DOI = {"Chen2002", "HalassaAcsady2016", "Hou2016", "Mease2016", "Sherman2004"}


@pytest.mark.parametrize("key", REFERENCES)
def test_an_entry_has_authors_a_year_a_title_and_how_it_was_read(key: str) -> None:
    one = REFERENCES[key]
    assert key.endswith(str(one.year))
    assert key.casefold().startswith(re.sub(r"\W", "", one.authors[0]).casefold())
    assert one.title
    assert one.read in ("paper", "abstract", "recalled", "second hand")
    assert one.doi == "" or re.fullmatch(r"10\.\d{4,9}/\S+", one.doi)
    assert (one.doi == "") == (key in WITHOUT_DOI)


def test_no_two_entries_are_one_paper() -> None:
    dois = [one.doi for one in REFERENCES.values() if one.doi]
    assert len(set(dois)) == len(dois)


def test_bibtex_reads_every_entry() -> None:
    pybtex = pytest.importorskip("pybtex.database", reason="pip install pybtex, which reads BibTeX")
    found = pybtex.parse_string(bibtex(REFERENCES), "bibtex").entries
    assert set(found.keys()) == set(REFERENCES)
    for key, one in REFERENCES.items():
        entry = found[key]
        assert int(entry.fields["year"]) == one.year
        assert len(entry.persons["author"]) == len(one.authors)
        assert entry.fields.get("doi", "") == one.doi
    assert io.StringIO(bibtex(["vanAlbada2015"])).readline() == "@article{vanAlbada2015,\n"


def test_what_was_not_read_in_the_paper_itself_is_said() -> None:
    assert "(second hand)" in REFERENCES["ConstantinopleBruno2013"].sentence
    assert "read: abstract" in REFERENCES["Bokor2005"].bibtex


def test_an_unknown_key_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="Bokor2005"):
        bibtex(["Bokor2006"])
