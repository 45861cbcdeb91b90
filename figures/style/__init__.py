"""What all figures share: the page, the colours, the order of populations."""
