"""Closed orders: cases, and asking again whether a delivery still stands."""
