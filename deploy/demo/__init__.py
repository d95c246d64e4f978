"""The demo: an invented county, and a play in which its people use Locality over HTTP.

Nothing here reads or writes the database; the county is loaded with the project's own commands.
"""
