"""The book as people and programs read it."""
