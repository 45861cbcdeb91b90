"""How runs are asked for, simulated, addressed and pooled."""
