"""Temporal's client side: runs are started, told, adopted and replaced from here."""
