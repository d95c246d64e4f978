"""How rows are locked: strongly enough for their columns, weakly enough for what points at them."""

NO_KEY = {"key_share": True}
"""``FOR NO KEY UPDATE``: whoever adds a row that points here need not wait (LEDGER.md, S17)."""
