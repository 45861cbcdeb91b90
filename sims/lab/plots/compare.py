"""Two runs on the same axes, and the effects of a battery of lesions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource, FactorRange, HoverTool, Span

from circuits.runs.run import RunData
from figures.style import palette
from figures.style.roles import inhibitory
from sims.lab.plots.frame import frame
from sims.lesions.sentences import shown
from sims.lesions.statistics import Effect

#: Colours of the first and the second run, and of what is claimed of an effect.
FIRST, SECOND = palette.FAINT, palette.OUTCOME
CHANGED, SAME, OPEN = palette.OUTCOME, palette.PREDICTION, palette.FAINT


def rate_differences(a: RunData, b: RunData) -> Any:
    """Draw the mean rate of every population in both runs, after the discarded start, Hz."""
    names = palette.ordered({*a.rates_hz} & {*b.rates_hz}, inhibitory(a))[::-1]
    means = [
        [
            float(np.mean(run.rates_hz[n][int(run.discard_ms) :])) if len(run.rates_hz[n]) else 0.0
            for n in names
        ]
        for run in (a, b)
    ]
    data = {
        "name": [palette.label(n) for n in names], "a": means[0], "b": means[1],
        "difference": [y - x for x, y in zip(means[0], means[1], strict=True)],
    }  # fmt: skip
    source = ColumnDataSource(data)
    made = frame(
        "Mean rates (Hz): grey first run, vermilion second", 60 + 17 * len(names),
        y_range=FactorRange(factors=data["name"]), min_width=380, name="rates",
    )  # fmt: skip
    made.min_border_left = 118
    made.segment("a", "name", "b", "name", source=source, color=palette.FAINT, line_width=1.5)
    made.scatter("a", "name", source=source, color=FIRST, size=8)
    dots = made.scatter("b", "name", source=source, color=SECOND, size=8)
    made.yaxis.major_label_text_font_size = "10px"
    made.x_range.start = 0
    tips = [
        ("", "@name"),
        ("first", "@a{0.00} Hz"),
        ("second", "@b{0.00} Hz"),
        ("difference", "@difference{+0.00} Hz"),
    ]
    made.add_tools(HoverTool(renderers=[dots], tooltips=tips))
    return made


def effects_of(rows: Sequence[Mapping[str, Any]]) -> list[Effect]:
    """Read the effects that a battery has left."""
    known = Effect.__dataclass_fields__
    return [Effect(**{k: v for k, v in row.items() if k in known}) for row in rows]


def forest(effects: Sequence[Effect]) -> Any:
    """Draw effects with their 95 % intervals, in standard deviations of the paired differences.

    Vermilion: a change is shown. Blue: no change beyond the metric's bound (equivalence). Grey: neither.
    """
    drawn = [e for e in effects if e.effect is not None and e.effect_low is not None]
    factors = [(e.lesion, e.metric) for e in drawn][::-1]
    data = {
        "what": [(e.lesion, e.metric) for e in drawn],
        "d": [e.effect for e in drawn],
        "low": [e.effect_low for e in drawn],
        "high": [e.effect_high for e in drawn],
        "ink": [CHANGED if shown(e) else SAME if e.equivalent else OPEN for e in drawn],
        "claim": [claim(e) for e in drawn],
        "difference": [e.difference for e in drawn],
        "n": [e.n for e in drawn],
    }
    source = ColumnDataSource(data)
    made = frame(
        "Effect of each lesion, d with 95 % interval. Vermilion: changed; blue: no change within the bound; grey: open",
        90 + 20 * len(drawn), y_range=FactorRange(*factors, group_padding=0.6), name="forest",
    )  # fmt: skip
    made.add_layout(Span(location=0, dimension="height", line_color=palette.INK, line_width=1))
    made.segment("low", "what", "high", "what", source=source, color="ink", line_width=2)
    dots = made.scatter("d", "what", source=source, color="ink", size=9)
    made.add_tools(
        HoverTool(
            renderers=[dots],
            tooltips=[
                ("", "@what"), ("d", "@d{+0.00} (@low{+0.00} to @high{+0.00})"),
                ("difference", "@difference{+0.000}"), ("pairs", "@n"), ("", "@claim"),
            ],
        )
    )  # fmt: skip
    made.yaxis.group_label_orientation = "horizontal"
    made.yaxis.major_label_text_font_size = "10px"
    made.xaxis.axis_label = "standard deviations of the paired differences"
    return made


def claim(e: Effect) -> str:
    """Say what may be claimed of an effect."""
    if shown(e):
        return "change"
    return "no change" if e.equivalent else "open"
