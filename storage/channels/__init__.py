"""Channels and their keys."""
