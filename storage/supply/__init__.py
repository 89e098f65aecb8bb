"""Suppliers in the book: their health, their callbacks, our own stock and who waits for it."""
