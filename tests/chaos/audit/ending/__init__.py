"""Invariants about ends: every order ends, or waits for a reason that is known."""
