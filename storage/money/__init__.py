"""What is owed back, and what a bank has taken back."""
