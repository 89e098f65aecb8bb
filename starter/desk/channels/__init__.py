"""What channels show when they come in over HTTP."""
