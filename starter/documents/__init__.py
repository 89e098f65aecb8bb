"""Documents that people write, and errors that point to a line and a field."""
