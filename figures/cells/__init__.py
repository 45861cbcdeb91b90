"""Single cells: how fast they fire when current is injected, and how they rebound."""
