"""Figures that compare lesioned with intact runs."""
