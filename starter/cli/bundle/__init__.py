"""`perkflow bundle` and `perkflow catalogue`: for whoever composes."""
