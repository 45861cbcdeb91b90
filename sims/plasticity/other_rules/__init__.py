"""Other plasticity rules under the protocol of the in-vitro experiment, fitted as the kinase rule is."""
