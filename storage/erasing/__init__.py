"""Erasing a buyer: what goes out of the book, what of people's words stays, and what Temporal forgets."""
