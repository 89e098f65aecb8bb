"""Callbacks: when a simulated supplier reports, and how often."""
