"""A circuit, and the spikes of its run, in the SONATA format."""
