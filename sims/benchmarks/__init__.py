"""How fast it is and what it takes (`ctloop bench`; `ctloop measure engines`, `memory`, `kinase-times`)."""
