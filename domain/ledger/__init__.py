"""The ledger's vocabulary: accounts, entries, balances. Nothing here moves money or rounds it."""
