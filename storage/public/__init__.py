"""Public events: made from the feed, read by a cursor, and pruned once they are old."""
