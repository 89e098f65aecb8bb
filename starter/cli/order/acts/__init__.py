"""Commands that act on an order, and how their options are read."""
