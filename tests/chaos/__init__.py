"""The fault run: everything breaks for a while, and then nine invariants are audited. `make chaos`."""
