"""The story of an order. Deterministic: no clock, no randomness, no I/O, not even in what it imports."""
