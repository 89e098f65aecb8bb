"""Invariants about requests: one request, one effect; nothing reported is forgotten."""
