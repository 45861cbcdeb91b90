"""Every measurement of the registry can be asked for, and an unknown one names the nearest."""

from __future__ import annotations

import pytest

from circuits.errors import UnknownName
from sims.experiments.experiment import load
from sims.experiments.measurement import Measurement
from sims.experiments.measurements import MEASUREMENTS, measurement


@pytest.mark.parametrize("name", MEASUREMENTS)
def test_every_measurement_is_found_by_its_name_with_a_function(name: str) -> None:
    found = measurement(name)
    assert isinstance(found, Measurement)
    assert found.name == found.request.experiment == name
    assert callable(load(name, found.run))
    found.request().check()


def test_an_unknown_measurement_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="error-index"):
        measurement("error-indx")
