"""The book: every fact of every order, on PostgreSQL. What is not in here did not happen."""
