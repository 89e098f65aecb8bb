"""What a protocol says of its callbacks, for a courier that knows none of them."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from simulator.shop.sale import Sale

Notice = Mapping[str, object]
"""The fields of one callback."""

Sealed = tuple[bytes, Mapping[str, str]]
"""A signed body and its headers."""


class Notices(Protocol):
    """How a supplier writes, signs and repeats its callbacks."""

    @property
    def ladder(self) -> Sequence[float]:
        """The seconds to wait before each repeat."""

    @property
    def acknowledgement(self) -> bytes: ...

    def address(self, sale: Sale) -> str:
        """Where this order is reported to; empty: nowhere."""

    def write(self, sale: Sale) -> Notice: ...

    def seal(self, notice: Notice, secret: str) -> Sealed:
        """The body and the headers, signed now."""

    def contrary(self, notice: Notice) -> Notice:
        """The same about the order with the opposite outcome."""

    def misbound(self, notice: Notice) -> Notice:
        """The same, but naming another order of the supplier."""

    def unknown(self, notice: Notice) -> Notice:
        """The same, but under a number of ours that nobody has."""

    def earlier(self, notice: Notice) -> Notice | None:
        """What would have been said before this, if a supplier of this kind ever does."""
