"""Six questions asked of the laboratory, each a file that runs, shows a picture and says what would falsify it."""
