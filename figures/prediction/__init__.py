"""Figures of the prediction experiment."""
