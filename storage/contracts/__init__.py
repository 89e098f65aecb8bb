"""What was published, and how much of it one buyer may have."""
