"""Help texts: generated from the requests, each default once, and the choices those of the tables."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import Field
from typing import Any

import pytest

from circuits.engine.choose import ENGINES
from circuits.learning.kinase.brian2_text import READOUTS
from circuits.learning.kinase.rule import RULES
from sims.alternation.declaration import CONDITIONS, AlternationRequest
from sims.experiments import Request, listed
from sims.experiments.measurements import MEASUREMENTS, measurement
from sims.experiments.option import help_of
from sims.experiments.request import options_of
from sims.plasticity.declaration import PARTS, PlasticityRequest
from sims.prediction.controls import CONTROLS
from sims.prediction.declaration import PredictionRequest
from sims.stimuli.sequences import SEQUENCES
from thalamus.loop import DEFAULT_SCALE

REQUESTS = [
    *(one.request for one in listed()),
    *(measurement(name).request for name in MEASUREMENTS),
]


def option_of(request: type[Request], name: str) -> Field[Any]:
    return next(one for one in options_of(request) if one.name == name)


@pytest.mark.parametrize(
    ("request_type", "name", "table"),
    [
        (AlternationRequest, "condition", CONDITIONS),
        (AlternationRequest, "engine", ENGINES),
        (PredictionRequest, "sequence", [*SEQUENCES, "a file (.toml)"]),
        (PredictionRequest, "control", CONTROLS),
        (PlasticityRequest, "rule", RULES),
        (PlasticityRequest, "readout", READOUTS),
        (PlasticityRequest, "parts", PARTS),
    ],
)
def test_the_choices_that_help_lists_are_those_of_the_table(
    request_type: type[Request], name: str, table: Iterable[str]
) -> None:
    choices = option_of(request_type, name).metadata["choices"]
    assert list(choices) == list(table)
    assert all(choice in help_of(option_of(request_type, name)) for choice in choices)


@pytest.mark.parametrize("request_type", REQUESTS, ids=lambda one: one.__name__)
def test_an_option_says_what_it_is_and_its_default_once(request_type: type[Request]) -> None:
    for one in options_of(request_type):
        assert one.metadata["help"], one.name
        assert help_of(one).count("default") <= 1, one.name
        if isinstance(one.default, int | float) and not isinstance(one.default, bool):
            assert "(default: " in help_of(one), one.name


def test_a_default_has_its_unit_and_is_the_one_that_is_taken() -> None:
    assert help_of(option_of(PlasticityRequest, "window_ms")).endswith("(default: 200 ms)")
    assert help_of(option_of(AlternationRequest, "duration_s")).endswith("(default: 10 s)")
    scale = re.findall(r"default: ([\d.]+)", help_of(option_of(AlternationRequest, "scale")))
    assert [float(number) for number in scale] == [DEFAULT_SCALE]
