"""Runs and circuits in the files of other programs: NWB, SONATA, NIR. Reads folders, never simulates."""
