"""From a spec to spikes: the one place that turns records into Brian2 objects."""
