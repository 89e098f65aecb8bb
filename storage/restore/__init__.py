"""A database that was restored from an older copy."""
