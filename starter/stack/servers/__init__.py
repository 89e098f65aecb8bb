"""The servers that the stack starts: PostgreSQL and Temporal."""
