"""Thalamic anatomy as data: retina, LGN, TRN, pulvinar and their loops with cortex."""
