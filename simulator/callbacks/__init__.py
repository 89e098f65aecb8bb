"""What suppliers tell by themselves: how each writes it, and who carries it until it is acknowledged."""
