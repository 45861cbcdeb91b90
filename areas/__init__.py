"""Cortical anatomy as data: V1, V2, the column they start from, and the pathways between areas."""
