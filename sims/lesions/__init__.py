"""Lesions on paired seeds, and the statistics of what each was for."""
