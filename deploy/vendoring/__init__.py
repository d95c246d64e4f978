"""Other people's styles and scripts, taken over by hand; nothing here runs in earnest."""
