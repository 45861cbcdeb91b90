"""Experiment: the pulvinar's prediction comes to resemble the outcome, or not."""
