"""Matplotlib, loaded whatever MPLBACKEND says; every folder of figures imports this before its modules."""

from circuits.machine.backend import without_backend

with without_backend():
    import matplotlib as matplotlib
