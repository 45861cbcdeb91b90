"""Experiment: the kinase synapse in vitro, beside Jang et al. 2026, and other rules."""
