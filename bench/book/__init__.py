"""A book that has grown: copies of orders by the million, and what its queries are planned like."""
