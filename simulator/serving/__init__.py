"""Serving simulators over HTTP, with a door for tests."""
