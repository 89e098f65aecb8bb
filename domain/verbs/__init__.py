"""What people may do: one file a verb (when it is refused, what it needs, its title), listed in `table`."""
