"""What limits the prediction: analyses with simulations of their own."""
