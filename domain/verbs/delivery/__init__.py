"""The verbs about one delivery."""
