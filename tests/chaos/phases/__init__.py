"""A fault run's course: trouble, then quiet until nothing is left to do."""
