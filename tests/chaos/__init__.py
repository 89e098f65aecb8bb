"""The fault run: everything breaks for a while, and then sixteen invariants are audited. `make chaos`."""
