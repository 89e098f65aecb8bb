"""`perkflow order`: orders, from placing to aftercare."""
