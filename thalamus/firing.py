"""How cells of the thalamus fire when current is injected: published points to put beside the model's cells.

`ctloop cell NAME` shows how near a cell type (`cells.py`) comes. None was fitted to these points.
"""

from __future__ import annotations

from areas.firing import Published

# fmt: off
#: (lamina, kind of cell), as in `areas.firing`: points.
PUBLISHED: dict[tuple[str, str], tuple[Published, ...]] = {
    ("", "relay"): (
        Published("rebound_spikes", 1, 8, "Ramcharan2000", "on one low-threshold spike, monkey LGN"),
        Published("rebound_spikes", 2, 7, "Lu1992", "on one low-threshold spike, cat LGN"),
    ),
    ("", "reticular"): (
        Published("rebound_spikes", 2, float("inf"), "Contreras1992", "a burst; 41 of 50 cells, cat"),
    ),
}
# fmt: on
