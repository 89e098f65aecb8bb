"""An order in sentences: how each delivery stands, what comes next, and what a person can do about it."""
