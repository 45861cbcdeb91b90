"""Search the numbers of the circuit at which the goals of an experiment are met."""
