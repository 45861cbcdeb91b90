"""A run says itself which of its cells are relay cells; figures work under any names."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import figures
from circuits.runs.run import Cells, RunData
from figures.style.roles import DEFAULTS, inhibitory, roles, source_of, target_of

OTHER_NAMES = {
    "Pulvinar.TRC": "MD.core", "LGN.TC": "MGB.core", "V1.L5IB": "A1.L5thick", "V2.L6CT": "A2.L6back",
    "Retina.GC": "Cochlea.hair",
}  # fmt: skip


@pytest.fixture
def renamed(run: RunData) -> RunData:
    """The made-up run with other names for the populations that have a role, and roles that say so."""

    def other(name: str) -> str:
        return " -> ".join(OTHER_NAMES.get(end, end) for end in name.split(" -> "))

    text = json.dumps(run.meta["spec"])
    for old, new in OTHER_NAMES.items():
        text = text.replace(f'"{old}"', f'"{new}"')
    given = {role: other(name) for role, name in DEFAULTS.items()}
    tables = ("populations", "spikes", "orientation_deg", "rates_hz", "conductance_ns")
    return replace(
        run,
        meta={**run.meta, "spec": {**json.loads(text), "roles": given}},
        **{table: {other(k): v for k, v in getattr(run, table).items()} for table in tables},
    )


def test_a_run_without_roles_has_those_of_the_loop():
    assert roles(RunData(meta={})) == DEFAULTS
    assert roles(RunData(meta={"spec": {"roles": {}}})) == DEFAULTS


def test_roles_a_circuit_does_not_have_are_empty_and_not_those_of_the_loop():
    given = roles(RunData(meta={"spec": {"roles": {"relay": "MD.core"}}}))
    assert given["relay"] == "MD.core"
    assert set(given) == set(DEFAULTS)
    assert given["burster"] == ""


@pytest.mark.parametrize("name", figures.FIGURES)
def test_every_figure_is_drawn_under_other_names(name: str, renamed: RunData) -> None:
    page = getattr(figures, name)(renamed).get_figure(root=True)
    page.draw_without_rendering()


def test_the_figures_of_the_relay_cells_use_the_names_of_the_run(run, renamed):
    one, other = figures.folded_relay(run), figures.folded_relay(renamed)
    for line, same in zip(one.lines, other.lines, strict=True):
        assert line.get_xydata() == pytest.approx(same.get_xydata())
    labels = [t.get_text() for t in figures.conductance(renamed).get_legend().get_texts()]
    assert any("A1" in text for text in labels)
    assert "md relay" in figures.conductance(renamed).get_title(loc="left")
    assert "L5thick burst" in figures.lfp(renamed).get_xlabel()
    assert any("A1 sees 45°" in t.get_text() for t in figures.summary(renamed).figure.texts)


def test_what_inhibits_is_asked_of_the_transmitter_and_not_of_the_name():
    cells = {"V1.L5PV": Cells(count=1, area="V1", transmitter="exc"),
             "V1.L9": Cells(count=1, area="V1", transmitter="inh")}  # fmt: skip
    assert inhibitory(RunData(meta={}, populations=cells)) == {"V1.L9"}
    spec = {"populations": [{"name": "S.X", "transmitter": "inh"}]}
    assert inhibitory(RunData(meta={"spec": spec})) == {"S.X"}


def test_a_projection_has_a_source_and_a_target():
    assert source_of("V1.L5IB -> Pulvinar.TRC") == source_of("V1.L5IB->Pulvinar.TRC") == "V1.L5IB"
    assert target_of("V1.L5IB -> Pulvinar.TRC") == "Pulvinar.TRC"
