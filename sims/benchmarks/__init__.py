"""How fast it is and what it takes (`ctloop measure engines`, `memory`, `kinase-times`, `learning-cost`)."""
