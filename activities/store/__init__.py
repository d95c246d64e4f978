"""PostgreSQL: the record. Tables, what people said, what may be read, and the ledger's verbs."""
