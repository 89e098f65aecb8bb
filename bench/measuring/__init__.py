"""What is counted and timed: load, CPU, commits, statements, history."""
