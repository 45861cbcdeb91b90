"""The lab: finished runs in a browser, or in one file that opens offline. It never imports Brian2."""
