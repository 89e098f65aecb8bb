"""The key ring and the book: which worker has which keys, what lies under each, and wrapping it anew."""
