"""Every way in: JSON over HTTP, and the command line. It records and reads; it decides nothing."""
