"""The same spec in another simulator, NEST: what has an exact counterpart there, and what has none."""
