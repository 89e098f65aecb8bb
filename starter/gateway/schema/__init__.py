"""What the HTTP API answers: the shapes that a channel's developer reads."""
