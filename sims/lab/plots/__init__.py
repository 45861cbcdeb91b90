"""What the lab draws, in Bokeh: the same figures in the browser and in a file that opens offline."""
