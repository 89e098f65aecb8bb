"""A database that was put back to an older copy."""
