"""`perkflow channel`: who sells over HTTP, and with which keys."""
