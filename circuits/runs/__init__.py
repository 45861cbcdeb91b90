"""A run as data, as a folder that is whole or absent, and as one that can be resumed."""
