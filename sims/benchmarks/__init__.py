"""How fast it is (`ctloop bench`), what it takes, and whether another simulator agrees (`ctloop measure`)."""
