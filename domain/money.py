"""Money in integer minor units, and the one way to divide it exactly."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217 code")]


class Money(BaseModel):
    """An amount in minor units (fen, cents) of one ISO 4217 currency."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    amount: int = Field(description="Minor units: 9900 is 99.00 CNY")
    currency: Currency

    def times(self, quantity: int) -> "Money":
        """This amount `quantity` times."""
        return Money(amount=self.amount * quantity, currency=self.currency)

    def __str__(self) -> str:
        sign, minor = ("-" if self.amount < 0 else ""), abs(self.amount)
        return f"{sign}{minor // 100}.{minor % 100:02d} {self.currency}"


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Divide `total` minor units in proportion to `weights`, exactly (largest remainder).

    The parts sum to `total`. Remainders that tie go to the earlier part, so that the result is the same
    wherever it is computed. Raises ValueError when the weights are empty, negative or all zero.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must be non-negative and sum to more than zero")
    parts = [total * weight // whole for weight in weights]
    remainders = [total * weight % whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-remainders[i], i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts
