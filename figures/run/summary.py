"""One page that says whether the pulvinar alternated, and what carried it."""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from circuits import spec
from circuits.runs.run import RunData
from figures.run import cycle as folding
from figures.run.circuit import circuit
from figures.run.circuit_layout import extrathalamic
from figures.run.conductance import folded_conductance
from figures.run.relay import folded_relay, relay_groups, relay_spikes
from figures.run.spectra import spectra
from figures.style import palette
from figures.style.canvas import INK, PARTS, Missing, new_figure, style
from figures.style.roles import burst_cells, roles

SIZE_IN = (11.5, 8.6)
HALO = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1.5}
HEADLINE_INKS = (palette.INK, INK["prediction"], INK["outcome"], palette.INK, palette.INK)
#: Rates of the predicted and of the actual cells in each part of the cycle.
RATES = {
    "prediction": ("relay_prediction_hz", "relay_prediction_actual_hz"),
    "outcome": ("relay_outcome_predicted_hz", "relay_outcome_hz"),
}


def summary(run: RunData, ax: Axes | None = None) -> Axes:
    """Show on one page what the relay cells showed in each part of the cycle, and what drove them.

    Top, what was found, in words. Left, relay cells of the predicted and of the actual orientation
    over time, as rates and spike by spike. Right, the circuit. Bottom, both groups over the mean theta
    cycle, the conductance from modulator and driver, and the spectra of both groups. A panel whose data
    the run lacks says so; nothing raises `Missing`.

    Parameters
    ----------
    run : RunData
    ax : matplotlib Axes, optional
        Its figure is used for the page; a new one otherwise.

    Returns
    -------
    Axes
        That of the relay cells; the page is its `figure`.
    """
    with style():
        figure = new_figure(*SIZE_IN) if ax is None else _whole_figure(ax)
        panels = figure.subplot_mosaic(
            [["time", "time", "circuit"], ["spikes", "spikes", "circuit"],
             ["fold", "input", "spectra"]],
            height_ratios=[1.0, 1.0, 1.15], width_ratios=[1.0, 1.0, 1.75],
        )  # fmt: skip
        _write_headline(figure, headline(run))
        _panel(panels["time"], "A", relay_groups, run)
        _panel(panels["spikes"], "B", relay_spikes, run)
        _panel(panels["circuit"], "C", _loop, run)
        _panel(panels["fold"], "D", folded_relay, run)
        _panel(panels["input"], "E", folded_conductance, run)
        _panel(panels["spectra"], "F", spectra, run)
        panels["time"].set_xlabel("")
        for name in ("fold", "input"):
            if panels[name].axison:
                panels[name].set_xlabel(folding.time_label(run).replace(" of the", " of\nthe"))
    return panels["time"]


def headline(run: RunData) -> list[str]:
    """Write in a line each what was shown, and what was measured in each part of the cycle."""
    part = roles(run)
    shown_to, expecting = (palette.split(part[r])[0] for r in ("burster", "modulator_source"))
    predicted, actual = folding.angles(run)
    seen = "nothing" if actual is None else f"{actual:.0f}°"
    expected = "nothing" if predicted is None else f"{predicted:.0f}°"
    rhythm = f"{palette.label(part['burster'])} {_frequency(run, 'theta_l5ib_hz')}"
    if isinstance(run.metrics.get("theta_predicted_hz"), float):
        rhythm += f", predicted cells {_frequency(run, 'theta_predicted_hz')}"
        rhythm += f", actual cells {_frequency(run, 'theta_actual_hz')}"
    else:
        rhythm += (
            f", {palette.split(part['relay'])[0].lower()} {_frequency(run, 'theta_pulvinar_hz')}"
        )
    lines = [f"{shown_to} sees {seen}, {expecting} expects {expected}. Rhythm: {rhythm}"]
    layer_6 = palette.split(part["modulator_source"])[1]
    lines.append(_part_in_words(run, "prediction", "predicted", layer_6, of_layer_6=True))
    lines.append(_part_in_words(run, "outcome", "actual", burst_cells(run), of_layer_6=False))
    lines += _replacement_in_words(run)
    lesions = run.meta.get("lesions") or []
    return lines + ([f"Lesioned: {', '.join(map(str, lesions))}"] if lesions else [])


def _replacement_in_words(run: RunData) -> list[str]:
    """Write what the outcome does to the cells of the predicted orientation; [] if not measured."""
    share, phase = (run.metrics.get(key) for key in ("replacement", "groups_phase_deg"))
    if not isinstance(share, int | float):
        return []
    taken = f"takes away {100 * share:.0f} % of" if share > 0 else f"adds {-100 * share:.0f} % to"
    words = f"The outcome {taken} the predicted cells' rate"
    if isinstance(phase, int | float):
        words += f"; the rates of the two groups are {phase:.0f}° apart (180°: they take turns)"
    return [words]


def _frequency(run: RunData, metric: str) -> str:
    """Write a frequency of the run's metrics: "5.0 Hz", "no peak", or "?" where not measured."""
    value = run.metrics.get(metric, "?")
    if value is None:
        return "no peak"
    return value if isinstance(value, str) else f"{value:.1f} Hz"


def _part_in_words(run: RunData, part: str, angle: str, source: str, *, of_layer_6: bool) -> str:
    """Write what relay cells showed in a part of the cycle, and what its own input contributed."""
    right, share = (run.metrics.get(f"{key}_{part}") for key in ("content", "l6_share"))
    words = []
    predicted, actual = (run.metrics.get(key) for key in RATES[part])
    if isinstance(predicted, int | float) and isinstance(actual, int | float):
        words.append(f"predicted cells {predicted:.0f} Hz, actual cells {actual:.0f} Hz")
    if isinstance(right, int | float):
        words.append(f"{angle} orientation shown in {100 * right:.0f} % of cycles")
    if isinstance(share, int | float):
        own = share if of_layer_6 else 1 - share
        words.append(f"{100 * own:.0f} % of cortical excitation from {source}")
    return f"{part.capitalize()}: {', '.join(words) or 'not measured'}"


def _write_headline(figure: Figure, lines: list[str]) -> None:
    """Write the lines above the panels, each in its colour."""
    figure.suptitle("\n" * len(lines), fontsize=13)  # makes room
    for number, (line, ink) in enumerate(zip(lines, HEADLINE_INKS, strict=False)):
        figure.text(
            0.012, 0.988 - 0.0275 * number, line, color=ink, fontsize=12, va="top",
            fontweight="bold" if number == 0 else "normal",
        )  # fmt: skip


def _loop(run: RunData, ax: Axes) -> Axes:
    """Draw the circuit with the inputs to the relay cells in front, inhibition from outside among them."""
    front = {roles(run)["driver"], roles(run)["modulator"]}
    if run.meta.get("spec"):
        graph = spec.from_dict(run.meta["spec"])
        wired = spec.projections(graph)
        outside = extrathalamic(
            spec.populations(graph).values(), wired.values(), roles(run)["relay"]
        )
        front |= {n for n, p in wired.items() if outside & {p.source, p.target}}
    ax = circuit(run, ax, highlight=front)
    for part, (x, y) in zip(PARTS, ((8.0, -0.4), (4.4, -0.4)), strict=True):
        ax.text(
            x, y, part, color=INK[part], fontsize=9, fontweight="bold", ha="center", zorder=20,
            bbox=HALO,
        )  # fmt: skip
    return ax


def _panel(ax: Axes, letter: str, draw: Callable[..., Axes], run: RunData) -> None:
    """Draw a panel, or write into it what the run lacks."""
    try:
        draw(run, ax)
    except Missing as lack:
        ax.clear()
        ax.axis("off")
        ax.text(0.5, 0.5, str(lack), transform=ax.transAxes, ha="center", va="center", wrap=True)
    ax.annotate(
        letter, (0, 1), (-38, 6), xycoords="axes fraction", textcoords="offset points", fontsize=12,
        fontweight="bold", annotation_clip=False,
    )  # fmt: skip


def _whole_figure(ax: Axes) -> Figure:
    """Empty the place of the given axes, so that the page can use their figure."""
    figure = ax.get_figure(root=True)
    if figure is None:
        return new_figure(*SIZE_IN)
    ax.remove()
    return figure
