"""Experiment: the pulvinar alternates between prediction and outcome, or not, and how fast."""
