"""What suppliers are to us: what they can do, what they answer, how they fare."""
