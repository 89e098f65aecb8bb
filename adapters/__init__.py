"""Supplier protocols, one folder each, behind `adapters.protocol`; each decides what its answers mean."""
