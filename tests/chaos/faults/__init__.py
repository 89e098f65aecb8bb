"""What is broken, and what outsiders send, while a fault run runs."""
