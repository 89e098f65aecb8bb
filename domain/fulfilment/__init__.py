"""How it is decided what happens next about a delivery."""
