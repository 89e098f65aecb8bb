"""Purchases: intent, guards, answer, cost and what was issued."""
