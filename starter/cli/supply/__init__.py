"""`perkflow supplier` and `perkflow pool`: connections and our own stock."""
