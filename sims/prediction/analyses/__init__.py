"""What limits the prediction: measurements with simulations of their own (`ctloop measure NAME`)."""
