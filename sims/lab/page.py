"""The page around the figures: its styles, keyboard and address, all inside it, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from bokeh.models import Div, InlineStyleSheet

HERE = Path(__file__).parent
KEYS = "Keys: 1-5 views; ← → move in time (shift: a whole window); + - zoom; Home, End."


@cache
def template() -> str:
    """Give the template of the page, for the server and for a file alike."""
    style, script = ((HERE / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    return (
        f"{{% block postamble %}}{{% raw %}}<style>{style}</style><script>{script}</script>"
        '<link rel="icon" href="data:,">{% endraw %}{% endblock %}'
    )


def html(text: str, **options: Any) -> Any:
    """Show HTML in the style of the page. The caller escapes what it quotes."""
    style = InlineStyleSheet(css=(HERE / "inside.css").read_text(encoding="utf-8"))
    return Div(text=text, **{"sizing_mode": "stretch_width", "stylesheets": [style], **options})


def paragraph(text: str, kind: str = "", **options: Any) -> Any:
    """Show a line of text; what it quotes is no HTML."""
    return html(f'<p class="{kind}">{escape(text)}</p>', **options)


def table(heads: list[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table; heads that begin with ">" head a column of numbers."""
    kinds = [' class="number"' if head[:1] == ">" else "" for head in heads]
    first = "".join(
        f"<th{kind}>{escape(head.removeprefix('>'))}</th>"
        for head, kind in zip(heads, kinds, strict=True)
    )
    lines = [
        "".join(f"<td{kind}>{escape(cell)}</td>" for cell, kind in zip(row, kinds, strict=True))
        for row in rows
    ]
    rest = "".join(f"<tr>{one}</tr>" for one in lines)
    return f"<table><tr>{first}</tr>{rest}</table>"
