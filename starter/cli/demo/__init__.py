"""The demonstration: real orders over real protocols, and proof that book and suppliers agree."""

from starter.cli.demo.command import app

__all__ = ["app"]
