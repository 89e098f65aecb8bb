"""Supplier servers that behave as the real ones, for the demo, the tests and the fault runs.

Written from the protocol pages alone. Nothing here imports the rest of the project: a simulator that shared
the adapters' signing code would agree with their mistakes.
"""
