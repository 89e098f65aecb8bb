"""What is owed back, and what a bank has charged back."""
