"""The application API: what channels and support do, whichever way they come in."""
