"""Notifications: the endpoints of channels and of operations, and the events themselves."""
