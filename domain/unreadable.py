"""The mark of a payload that came and cannot be read: in plaintext, not ours, or under no known key."""

ENCODING = b"perkflow/unreadable"
NO_KEY = "perkflow-no-key"
"""In the metadata of one of ours whose key is not in the ring, which may be missing here only."""
