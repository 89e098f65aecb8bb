"""What people may do, and when it must be refused."""
