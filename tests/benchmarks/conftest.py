"""Keeps the ordinary tests from importing what only the benchmark's lock installs."""

collect_ignore = ["with_dbos.py", "with_openfisca.py"]
