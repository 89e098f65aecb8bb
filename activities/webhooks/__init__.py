"""Webhooks out: taking events from the feed, and sending each to its endpoints by a job of its own."""
