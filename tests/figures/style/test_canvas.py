"""The window of time that figures show lies within the run."""

from __future__ import annotations

import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from circuits.runs.run import RunData
from figures.style.canvas import figure_of, new_figure, window, write


def lasting(duration_ms: float, discard_ms: float) -> RunData:
    return RunData(meta={"duration_ms": duration_ms, "experiment": {"discard_ms": discard_ms}})


@pytest.mark.parametrize(
    ("run", "from_ms", "expected"),
    [
        (lasting(5000, 1000), None, (1000, 2000)),
        (lasting(1500, 1000), None, (500, 1500)),  # too short: into the discarded start
        (lasting(600, 100), None, (0, 600)),
        (lasting(5000, 1000), 0.0, (0, 1000)),
        (lasting(5000, 1000), 4700.0, (4700, 5000)),
    ],
)
def test_a_window_starts_after_the_discarded_start_and_ends_within_the_run(run, from_ms, expected):
    assert window(run, from_ms, 1000.0) == expected


def test_axes_are_written_with_their_whole_figure(tmp_path):
    figure = new_figure(2, 1)
    ax = figure.subplots(1, 2)[1]
    assert figure_of(ax) is figure
    assert (
        write(ax, tmp_path / "a.png").read_bytes() == write(figure, tmp_path / "b.png").read_bytes()
    )
    with pytest.raises(ValueError, match="no figure"):
        figure_of(_removed())


def _removed() -> Axes:
    ax: Axes = Figure().subplots()
    ax.remove()
    return ax
