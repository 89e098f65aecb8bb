"""The verbs about a whole order."""
