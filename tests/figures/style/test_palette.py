"""Colours that colour-blind readers can distinguish, and names that an anatomist knows."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from figures.style import palette

#: Machado, Oliveira & Fernandes (2009), complete loss of one cone type, linear RGB.
BLINDNESS = {
    "none": np.eye(3),
    "protan": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deutan": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}
TOGETHER = ("V1.L5IB", "V2.L6CT", "Pulvinar.TRC", "LGN.TC")  # drawn as lines in the same axes


def _lab(colour: str, blindness: str) -> np.ndarray:
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(BLINDNESS[blindness] @ linear, 0, 1)
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    xyz = to_xyz @ seen / [0.9505, 1.0, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("blindness", BLINDNESS)
def test_lines_that_share_axes_differ_for_every_reader(blindness):
    for one, other in combinations(TOGETHER, 2):
        difference = _lab(palette.colour(one), blindness) - _lab(palette.colour(other), blindness)
        assert np.linalg.norm(difference) > 20, (one, other)


@pytest.mark.parametrize("blindness", BLINDNESS)
def test_the_two_parts_differ_for_every_reader(blindness):
    difference = _lab(palette.PREDICTION, blindness) - _lab(palette.OUTCOME, blindness)
    assert np.linalg.norm(difference) > 40
    shades = _lab(palette.PREDICTION_SHADE, blindness) - _lab(palette.OUTCOME_SHADE, blindness)
    assert np.linalg.norm(shades) > 8


def test_every_population_of_the_loop_has_a_colour_and_areas_share_it(run):
    for name in run.populations:
        assert palette.colour(name) != palette.FAINT, name
    assert palette.colour("V1.L5IB") == palette.colour("V2.L5IB") == palette.OUTCOME
    assert palette.colour("V2.L6CT") == palette.PREDICTION


def test_populations_are_read_from_the_pia_down(run):
    names = palette.ordered(run.populations)
    assert names[:4] == ["V1.L23E", "V1.L23PV", "V1.L23SST", "V1.L4E"]
    assert names.index("V1.L6SST") < names.index("V2.L23E") < names.index("TRN.LGN")


@pytest.mark.parametrize(
    ("name", "label"),
    [("V1.L23E", "V1 L2/3 E"), ("V2.L6CT", "V2 L6CT"), ("Pulvinar.TRC", "Pulvinar relay"),
     ("V1.L5PV", "V1 L5 PV"), ("TRN.PUL", "TRN pulvinar sector"), ("ZI.GABA", "Zona incerta")],
)  # fmt: skip
def test_labels_are_the_fields_own_words(name, label):
    assert palette.label(name) == label
