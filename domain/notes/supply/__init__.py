"""Notes about suppliers: what they answer, what comes back, what was issued."""
