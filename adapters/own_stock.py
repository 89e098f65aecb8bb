"""What storage offers to whoever sells keys of our own."""

from collections.abc import Sequence
from typing import Protocol

from domain.supply.outcomes import IssuedUnit


class OwnStock(Protocol):
    """Keys that were imported. `key` is the purchase's key."""

    async def issue(
        self, connection: str, product: str, key: str, quantity: int
    ) -> Sequence[IssuedUnit] | None:
        """Reserve and issue `quantity` units at once; the same units again for a repeated `key`.

        None when fewer are free: then nothing was issued.
        """
        ...

    async def issued(self, connection: str, key: str) -> Sequence[IssuedUnit] | None:
        """What was issued under `key` and not revoked; None when nothing was."""
        ...

    async def release(self, connection: str, key: str) -> bool:
        """Revoke what was issued under `key`. True when it is revoked, or never was issued."""
        ...

    async def level(self, connection: str, product: str) -> tuple[int, int]:
        """How many units are free, and what one cost, in minor units."""
        ...
