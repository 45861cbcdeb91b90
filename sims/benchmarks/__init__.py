"""How fast it is (`ctloop measure engines`, `kinase-times`, `learning-cost`)."""
