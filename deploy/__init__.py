"""Running Locality: on one machine by one command, or in containers; nothing imports this package.

What a council's own servers need is in README.md beside this file.
"""
