"""What `make bench` measures: Locality beside what it might have been built on, in one run."""
