"""How fast it is."""

from __future__ import annotations

#: Name -> where it is declared ("module:NAME"), as `ctloop measure` lists them.
MEASUREMENTS = {
    "learning-cost": "sims.benchmarks.declaration:LEARNING_COST",
}
