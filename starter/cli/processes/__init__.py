"""Commands that are processes: the stack and its parts, migrations, the sweep."""
