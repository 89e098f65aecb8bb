"""The fault run: everything breaks for a while, and then fifteen invariants are audited. `make chaos`."""
