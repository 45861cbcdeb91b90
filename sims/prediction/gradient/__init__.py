"""Whether the synapses that learn to predict follow the gradient of the error (`ctloop measure NAME`)."""
