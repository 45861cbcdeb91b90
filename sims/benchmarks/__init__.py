"""How fast it is, what it takes, and whether another simulator agrees (`ctloop measure engines`, `simulators`, ...)."""
