"""Seeded faults: which call is hit is decided by what the call is, never by when it comes.

So a run with the same orders and the same seed meets the same faults, however its calls interleave.
"""
