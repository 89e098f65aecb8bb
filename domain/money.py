"""Money in integer minor units, and the one way to divide it exactly."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"

LARGEST_AMOUNT = 10**12
"""Bounds what a document states for one unit, so that a thousand of it are still exact in JSON."""

Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217 code")]


class Money(BaseModel):
    """An amount in minor units (fen, cents) of one ISO 4217 currency."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    amount: int = Field(ge=-(2**53) + 1, le=2**53 - 1, description="Minor units: 9900 is 99.00 CNY")
    currency: Currency

    def times(self, quantity: int) -> "Money":
        """This amount `quantity` times."""
        return Money(amount=self.amount * quantity, currency=self.currency)

    def __str__(self) -> str:
        places = decimals(self.currency)
        sign, digits = ("-" if self.amount < 0 else ""), str(abs(self.amount)).rjust(places + 1, "0")
        number = f"{digits[:-places]}.{digits[-places:]}" if places else digits
        return f"{sign}{number} {self.currency}"


def some_money(amount: int, currency: str) -> Money | None:
    """An amount that is worth telling: None for nothing."""
    return Money(amount=amount, currency=currency) if amount else None


def decimals(currency: str) -> int:
    """How many decimals a currency's minor unit has (ISO 4217; two unless listed otherwise)."""
    return 0 if currency in _NO_DECIMALS else 3 if currency in _THREE_DECIMALS else 2


def _of_a_document(money: Money) -> Money:
    if abs(money.amount) > LARGEST_AMOUNT:
        raise ValueError(f"an amount is at most {LARGEST_AMOUNT} minor units")
    return money


_BOUNDS = {"properties": {"amount": {"minimum": -LARGEST_AMOUNT, "maximum": LARGEST_AMOUNT}}}
StatedMoney = Annotated[Money, AfterValidator(_of_a_document), Field(json_schema_extra=dict(_BOUNDS))]
"""Money as a person states it for one unit; what is computed from it may be a thousand times more."""


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
