"""Experiments someone runs: stimulus, protocol, measures, and the command line."""
