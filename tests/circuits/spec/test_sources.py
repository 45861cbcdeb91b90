"""Every number has a source: a key of the bibliography, or "assumed" with the reason."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from areas import firing as cortical
from circuits import spec
from circuits.equations import RECEPTORS
from circuits.errors import CtloopError
from circuits.records import STP, CellType, Population, Projection, Uniform
from circuits.spec.bibliography import BIBLIOGRAPHY
from circuits.spec.sources import ASSUMED, POPULATION_OWN, PROJECTION_OWN, check_sources, cited
from thalamus import firing as thalamic
from thalamus.loop import corticothalamic_loop
from thalamus.retina import Retina

KEY = "PotjansDiesmann2014"
OF_POPULATION = dict.fromkeys(POPULATION_OWN, f"{ASSUMED}a test") | {"*": KEY}
OF_PROJECTION = dict.fromkeys(PROJECTION_OWN, f"{ASSUMED}a test") | {"*": KEY}


def small(
    cell: dict[str, str] | None = None,
    population: dict[str, str] | None = None,
    projection: dict[str, str] | None = None,
) -> spec.Circuit:
    """Build two cells that meet; the arguments replace the sources of one record."""
    rs = CellType(
        name="RS", C_pf=200, gL_ns=10, EL_mv=-65, VT_mv=-50, DT_mv=2, Vr_mv=-58,
        sources={"*": KEY} if cell is None else cell,
    )  # fmt: skip
    one = Population(
        name="A", area="A", lamina="", cell=rs, count=2, transmitter="exc",
        sources=OF_POPULATION if population is None else population,
    )  # fmt: skip
    itself = Projection(
        source="A", target="A", role="local", rule=Uniform(), fibres=9.0, modelled=1,
        receptors={"AMPA": 1.0}, stp=STP(U=0.5, D_ms=100, F_ms=1),
        sources=OF_PROJECTION if projection is None else projection,
    )  # fmt: skip
    return spec.assemble([one], [itself])


def all_sources(circuit: spec.Circuit) -> set[str]:
    cells = spec.populations(circuit).values()
    records = [*cells, *(p.cell for p in cells), *spec.projections(circuit).values()]
    return {source for record in records for source in record.sources.values()}


@pytest.mark.parametrize("scale", [0.001, 0.01, 0.05, 1.0])
def test_every_number_of_the_loop_has_a_source_at_any_scale(scale: float) -> None:
    check_sources(corticothalamic_loop(scale))


def test_a_circuit_with_sources_for_all_its_numbers_passes() -> None:
    check_sources(small())


@pytest.mark.parametrize("record", ["cell", "population", "projection"])
def test_a_record_without_sources_is_refused_by_name(record: str) -> None:
    with pytest.raises(CtloopError, match=r"^A.* has no source for"):
        check_sources(small(**{record: {}}))


@pytest.mark.parametrize("number", sorted(POPULATION_OWN))
def test_a_citation_for_all_does_not_speak_for_the_models_own_numbers_of_a_population(
    number: str,
) -> None:
    left = {k: v for k, v in OF_POPULATION.items() if k != number}
    with pytest.raises(CtloopError, match=f"A has no source for {number}"):
        check_sources(small(population=left))


@pytest.mark.parametrize("number", sorted(PROJECTION_OWN))
def test_a_citation_for_all_does_not_speak_for_gain_pooling_or_what_is_modelled(
    number: str,
) -> None:
    left = {k: v for k, v in OF_PROJECTION.items() if k != number}
    with pytest.raises(CtloopError, match=f"A -> A has no source for {number}"):
        check_sources(small(projection=left))


def test_each_number_not_spoken_for_is_asked_for_by_name() -> None:
    own = {k: v for k, v in OF_PROJECTION.items() if k != "*"}
    with pytest.raises(CtloopError, match=r"AMPA, D_ms, F_ms, U, contacts, delay_ms, fibres$"):
        check_sources(small(projection=own))
    given = {"receptors": KEY, "stp": KEY, "contacts": KEY, "delay_ms": KEY, "fibres": KEY}
    check_sources(small(projection={**own, **given}))


@pytest.mark.parametrize(
    "source", ["", "me", "Nobody1999", "assumed", "assumed:", "assumed: ", "assumed: as Nobody1999"]
)
def test_a_source_outside_the_bibliography_or_without_a_reason_is_refused(source: str) -> None:
    with pytest.raises(CtloopError, match="is not in the bibliography"):
        check_sources(small(cell={"*": source}))


@pytest.mark.parametrize("name", ["fibers", "GABA_A", "delay"])
def test_a_source_of_something_the_record_does_not_have_is_refused(name: str) -> None:
    with pytest.raises(CtloopError, match=f"'{name}', which it does not have"):
        check_sources(small(projection={**OF_PROJECTION, name: KEY}))


@pytest.mark.parametrize(
    "setting",
    ["A.count=3", "A.b=80pA", "A->A.gain=2", "A->A.AMPA=2nS", "A->A.D=1s", "A->A.D_ms=1s"],
)
def test_what_the_user_sets_has_the_user_as_its_source(setting: str) -> None:
    circuit = spec.set_parameter(small(), setting)
    check_sources(circuit)
    assert "set by the user" in all_sources(circuit)


def test_an_assumption_may_lean_on_a_citation_that_then_counts_as_one() -> None:
    assert cited("assumed: half of Iavarone2023, as vanAlbada2015") == {
        "Iavarone2023", "vanAlbada2015",
    }  # fmt: skip
    assert cited("Iavarone2023") == {"Iavarone2023"}
    assert cited("set by the user") == set()


def test_every_number_of_the_retina_has_a_source() -> None:
    eye = Retina()
    numbers = {f.name for f in fields(eye)} - {"sources"}
    assert numbers == set(eye.sources)
    for source in eye.sources.values():
        assert source.startswith(ASSUMED) or source in BIBLIOGRAPHY


def test_every_key_is_in_the_bibliography_and_every_entry_is_used() -> None:
    sources = all_sources(corticothalamic_loop()) | set(Retina().sources.values())
    sources |= {kinetics.source for kinetics in RECEPTORS.values()}
    published = *cortical.PUBLISHED.values(), *thalamic.PUBLISHED.values()
    sources |= {point.source for points in published for point in points}
    keys = set().union(*(cited(source) for source in sources))
    assert keys - set(BIBLIOGRAPHY) == set(), "cited and not in the bibliography"
    assert set(BIBLIOGRAPHY) - keys == set(), "in the bibliography and never cited"


def test_entries_name_their_authors_year_and_are_each_listed_once() -> None:
    assert len(set(BIBLIOGRAPHY.values())) == len(BIBLIOGRAPHY)
    for key, entry in BIBLIOGRAPHY.items():
        assert key[-4:] in entry
        assert entry.endswith((".", ")."))


def test_v1_and_v2_say_each_where_their_counts_are_from() -> None:
    cells = spec.populations(corticothalamic_loop())
    assert cells["V1.L4E"].sources["count"] != cells["V2.L4E"].sources["count"]


def test_lesioned_numbers_need_no_source_of_their_own() -> None:
    circuit = small()
    one: Any = spec.populations(circuit)["A"]
    check_sources(spec.with_population(circuit, replace(one, silenced_fraction=0.5)))
