"""Two runs on the same axes, and the effects of a battery of lesions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.models import BoxAnnotation, ColumnDataSource, FactorRange, HoverTool, Span

from circuits.runs.run import RunData
from figures.style import palette
from figures.style.roles import inhibitory
from sims.lab.plots.frame import frame
from sims.lesions.sentences import shown
from sims.lesions.statistics import Effect, equivalence

#: Colours of the first and the second run, and of what is claimed of an effect.
FIRST, SECOND = palette.FAINT, palette.OUTCOME
#: Differences are drawn as far as so many bounds.
FARTHEST = 5.0
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
        "Mean rates (Hz): grey first, vermilion second", 60 + 17 * len(names),
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
        "ink": [_ink(e) for e in drawn],
        "claim": [claim(e) for e in drawn],
        "difference": [e.difference for e in drawn],
        "n": [e.n for e in drawn],
    }
    source = ColumnDataSource(data)
    made = frame(
        "Effect of each lesion (d), 95 % interval",
        90 + 20 * len(drawn), y_range=FactorRange(*factors, group_padding=0.6), name="forest",
        min_width=560,
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
    _small_rows(made)
    made.xaxis.axis_label = "standard deviations of the paired differences"
    return made


def equivalences(effects: Sequence[Effect]) -> Any:
    """Draw the two one-sided tests: differences in units of the metric's bound, with their 90 % intervals.

    Nothing changed by more than the bound where the whole interval lies in the grey band.
    """
    found = [(e, test) for e in effects if (test := equivalence(e)) is not None and e.bound]
    rows = [(e.lesion, e.metric) for e, _ in found]

    def bounds(values: Sequence[float | None]) -> list[float]:
        units = [
            float(v or 0.0) / float(e.bound or 1.0) for v, (e, _) in zip(values, found, strict=True)
        ]
        return [float(v) for v in np.clip(units, -FARTHEST, FARTHEST)]

    source = ColumnDataSource(
        {
            "what": rows, "mid": bounds([e.difference for e, _ in found]),
            "low": bounds([t.low for _, t in found]), "high": bounds([t.high for _, t in found]),
            "ink": [_ink(e) for e, _ in found], "claim": [claim(e) for e, _ in found],
            "difference": [e.difference for e, _ in found], "bound": [e.bound for e, _ in found],
            "from": [t.low for _, t in found], "to": [t.high for _, t in found],
            "p": [t.p for _, t in found],
        }
    )  # fmt: skip
    made = frame(
        "Did it stay the same? 90 % interval",
        90 + 20 * len(found), x_range=(-1.06 * FARTHEST, 1.06 * FARTHEST),
        y_range=FactorRange(*rows[::-1], group_padding=0.6), name="equivalence", min_width=560,
    )  # fmt: skip
    made.add_layout(
        BoxAnnotation(left=-1, right=1, fill_color=palette.BAND, fill_alpha=1, level="underlay")
    )
    made.add_layout(Span(location=0, dimension="height", line_color=palette.INK, line_width=1))
    made.segment("low", "what", "high", "what", source=source, color="ink", line_width=2)
    dots = made.scatter("mid", "what", source=source, color="ink", size=9)
    tips = [
        ("", "@what"), ("difference", "@difference{+0.000}"), ("bound", "±@bound"),
        ("90 % interval", "@from{+0.000} to @to{+0.000}"), ("p of no equivalence", "@p{0.0000}"),
        ("", "@claim"),
    ]  # fmt: skip
    made.add_tools(HoverTool(renderers=[dots], tooltips=tips))
    _small_rows(made)
    made.xaxis.axis_label = (
        f"difference / bound (at most ±{FARTHEST:g} is shown); grey: within the bound"
    )
    return made


def _small_rows(made: Any) -> None:
    made.yaxis.group_label_orientation = "horizontal"
    made.yaxis.major_label_text_font_size = "10px"


def _ink(e: Effect) -> str:
    return CHANGED if shown(e) else SAME if e.equivalent else OPEN


def claim(e: Effect) -> str:
    """Say what may be claimed of an effect."""
    if shown(e):
        return "change"
    return "no change" if e.equivalent else "open"
