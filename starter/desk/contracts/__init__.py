"""Contracts: published, and tried before they are."""
