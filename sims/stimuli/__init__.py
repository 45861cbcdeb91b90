"""What the circuit is shown: gratings, files, sequences and their schedule."""
