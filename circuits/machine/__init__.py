"""What a simulation takes from the machine and the user it runs for, and what it must not take."""
