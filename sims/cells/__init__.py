"""Cells by themselves: how fast they fire when current is injected, and how they rebound."""
