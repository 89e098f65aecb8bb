"""Deliveries: held, gated, handed in, given up, settled."""
