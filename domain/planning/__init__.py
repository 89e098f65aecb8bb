"""The plan of an order: what is due when, what it waits for, and when it can still succeed."""
