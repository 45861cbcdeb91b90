"""Figures of the in-vitro plasticity experiment."""
