"""What plastic synapses would do on spikes that were recorded: times of read-out, trains, rules, in NumPy."""
