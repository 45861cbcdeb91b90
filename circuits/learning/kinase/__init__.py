"""The kinase rule: fast CaMKII against slow DAPK1, in closed form and as a Brian2 synapse."""
