"""How a defect is put in."""

from collections.abc import Callable
from typing import Any


def patch(owner: Any, name: str, wrap: Callable[[Any], Any]) -> None:
    """Put `wrap` around a function of a module or a class."""
    setattr(owner, name, wrap(getattr(owner, name)))
