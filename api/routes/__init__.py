"""One file for each subject; what a route does is record, read or act, in a line or two."""
