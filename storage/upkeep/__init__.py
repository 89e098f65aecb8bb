"""What does not go on: overdue orders, stuck runs, rounds that are late."""
