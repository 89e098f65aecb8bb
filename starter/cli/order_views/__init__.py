"""Orders as tables and sentences."""
