"""Experiment: what a stimulus evokes in each population."""
