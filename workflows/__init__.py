"""The order of things: who is waited for, how long, and what comes next."""
