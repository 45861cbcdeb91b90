"""Tables for screen and files."""
