"""Cortical anatomy as data: V1, V2 and the rules between areas."""
