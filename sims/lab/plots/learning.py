"""What a circuit learnt: accuracy over training, weights before and after, what one relay cell shows."""

from __future__ import annotations

from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import (
    ColumnDataSource,
    CustomJS,
    FactorRange,
    HoverTool,
    LinearColorMapper,
    Slider,
    Span,
)
from bokeh.palettes import RdBu11

from figures.prediction.curves import COPIES, RUNNING
from figures.prediction.inside import PARTS, TIMES
from figures.style import palette
from figures.style.results import Results
from figures.style.roles import source_of, target_of
from sims.lab.plots.frame import frame, line, tidy_legend

#: Colour of each part, before learning and after it.
INKS = {
    ("before", "prediction"): palette.PREDICTION_SHADE, ("after", "prediction"): palette.PREDICTION,
    ("before", "outcome"): palette.OUTCOME_SHADE, ("after", "outcome"): palette.OUTCOME,
}  # fmt: skip


def curves(results: Results, title: str) -> Any:
    """Draw accuracy and copies while a circuit learns: seeds thin, their mean thick.

    Parameters
    ----------
    results : dict
        "curves", and "floors" and "goal" where they are known, as in `prediction.json`.
    title : str
    """
    made = frame(
        f"{title}: share of the last {RUNNING} cycles", 260, y_range=(-0.02, 1.05), name="curves"
    )
    for key, ink, label in (("right", palette.OUTCOME, "right"), ("copied", COPIES, "copies")):
        shown = [running_mean(one[key]) for one in results["curves"].values()]
        for one in shown:
            line(made, np.arange(len(one)), one, ink, "", line_width=1, alpha=0.4)
        length = min((len(one) for one in shown), default=0)
        mean = np.mean([one[:length] for one in shown], axis=0) if shown else np.empty(0)
        line(made, np.arange(length), mean, ink, label, line_width=2.2)
    floors = results.get("floors") or {}
    for key, dash in (("accuracy", "solid"), ("first_order_accuracy", "dotted")):
        if key in floors:
            made.add_layout(
                Span(
                    location=floors[key],
                    dimension="width",
                    line_color=palette.FAINT,
                    line_dash=dash,
                )
            )
    if results.get("goal") is not None:
        made.add_layout(
            Span(
                location=results["goal"],
                dimension="width",
                line_color=palette.INK,
                line_dash="dashed",
            )
        )
    made.xaxis.axis_label = (
        "training cycles; grey: chance, dotted: best that knows the last item alone, dashed: goal"
    )
    tidy_legend(made, "top_left")
    return made


def running_mean(values: Any) -> Any:
    """Average the last `RUNNING` values at each place, fewer at the start."""
    total = np.concatenate([[0.0], np.cumsum(np.asarray(values, float))])
    at = np.arange(1, len(total))
    first = np.maximum(at - RUNNING, 0)
    return (total[at] - total[first]) / (at - first)


def weights(name: str, one: Any) -> list[Any]:
    """Draw the mean weight by orientation of sender and receiver, before and after learning.

    Parameters
    ----------
    name : str
        The projection.
    one : dict
        Its entry of "weights" in `prediction.json`.
    """
    matrices = {when: np.array(one[when], float) for when in TIMES}
    # A mean of many synapses stays near the start: on a scale from 0 to 1 all would look white.
    most = max(0.02, *(float(np.nanmax(np.abs(m - 0.5), initial=0.0)) for m in matrices.values()))
    colours = LinearColorMapper(palette=RdBu11, low=0.5 - most, high=0.5 + most, nan_color="white")
    made = []
    for when, values in matrices.items():
        title = f"{when} learning, colours .5 ± {most:.2g}"
        ax = frame(
            title, 260, x_range=(0, 180), y_range=(0, 180), min_width=260, name=f"weights {when}"
        )
        ax.image(image=[values.T], x=0, y=0, dw=180, dh=180, color_mapper=colours)
        ax.add_tools(HoverTool(tooltips=[("weight", "@image{0.000}")]))
        ax.xaxis.axis_label = f"{source_of(name)} (deg)"
        ax.yaxis.axis_label = f"{target_of(name)} (deg)"
        made.append(ax)
    return made


def one_cell(results: Results) -> Any:
    """Draw what one relay cell fires in both parts of the cycle, for every item, before and after.

    The slider chooses the cell; it works without a server.

    Parameters
    ----------
    results : dict
        "cells", "symbols" of `prediction.json`.
    """
    found, symbols = results["cells"], [str(one) for one in results["symbols"]]
    preferred = [float(deg) for deg in found["preferred_deg"]]
    rates = {
        (when, part): np.array(found[when][part], float) for when in TIMES for part in PARTS
    }  # each (symbols, cells)
    factors = [(symbol, f"{when} {part}") for symbol in symbols for part in PARTS for when in TIMES]
    columns = np.stack([rates[when, part] for part in PARTS for when in TIMES], axis=1).reshape(
        len(factors), -1
    )  # (bars, cells)
    data = {
        "x": factors,
        "hz": np.nan_to_num(columns[:, 0]),
        "ink": [INKS[when, part] for _ in symbols for part in PARTS for when in TIMES],
    }
    source = ColumnDataSource(data)
    made = frame(
        f"What relay cell 0 fires (Hz); it prefers {preferred[0]:.0f}°", 250,
        x_range=FactorRange(*factors, group_padding=0.8), name="one_cell",
    )  # fmt: skip
    made.vbar("x", top="hz", width=0.9, source=source, color="ink", line_color=palette.FAINT)
    made.y_range.start = 0
    made.xaxis.major_label_text_font_size = "0px"
    made.xaxis.major_tick_line_color = None
    made.xaxis.axis_label = (
        "item that comes; blue: prediction part, vermilion: outcome part; pale: before learning"
    )
    made.add_tools(HoverTool(tooltips=[("", "@x"), ("rate", "@hz{0.0} Hz")]))
    cell = Slider(start=0, end=max(1, columns.shape[1] - 1), step=1, value=0, title="relay cell",
                  sizing_mode="stretch_width", name="cell")  # fmt: skip
    code = """
        const n = cell.value, k = preferred.length;
        for (let i = 0; i < source.data.hz.length; i++) source.data.hz[i] = rates[i * k + n];
        source.change.emit();
        title.text = `What relay cell ${n} fires (Hz); it prefers ${preferred[n].toFixed(0)}°`;"""
    values = [float(v) for v in np.nan_to_num(columns).ravel()]
    cell.js_on_change("value", CustomJS(args={
        "cell": cell, "source": source, "rates": values, "preferred": preferred, "title": made.title,
    }, code=code))  # fmt: skip
    return column(made, cell, sizing_mode="stretch_width")
