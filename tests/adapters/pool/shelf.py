"""Our own stock, in memory."""

from collections.abc import Sequence

from domain.supply.outcomes import IssuedUnit


class Shelf:
    """An `OwnStock` of one product at 12.00 each; `kept` keys are not taken back."""

    def __init__(self, *free: IssuedUnit, kept: bool = False) -> None:
        self.free = list(free)
        self.given: dict[tuple[str, str], list[IssuedUnit]] = {}
        self._kept = kept

    async def issue(
        self, connection: str, product: str, key: str, quantity: int
    ) -> Sequence[IssuedUnit] | None:
        if (connection, key) not in self.given:
            if len(self.free) < quantity:
                return None
            self.given[connection, key] = [self.free.pop(0) for _ in range(quantity)]
        return self.given[connection, key]

    async def issued(self, connection: str, key: str) -> Sequence[IssuedUnit] | None:
        return self.given.get((connection, key))

    async def release(self, connection: str, key: str) -> bool:
        if not self._kept:
            self.free += self.given.pop((connection, key), [])
        return not self._kept

    async def level(self, connection: str, product: str) -> tuple[int, int]:
        return len(self.free), 1200
