"""Spikes and fields that others recorded or simulated, read from SONATA and NWB files."""
