"""`perkflow webhook`: the addresses that are notified of events."""
