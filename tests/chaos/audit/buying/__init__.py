"""Invariants about purchases: what was bought, for whom, and what stopped it."""
