"""The laboratory's bench: what would serve any laminar circuit."""
