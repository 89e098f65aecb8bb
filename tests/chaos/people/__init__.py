"""Everybody who does anything in a fault run: shops, buyers, support, and who saw what."""
