"""Temporal's client side: runs are started, notified, adopted and replaced from here."""
