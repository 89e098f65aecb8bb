"""What a simulated supplier sells, and how each product behaves when it is bought.

A product's `mode` is the whole behaviour of buying it, so a test or an operator chooses a supplier's mood by
choosing a product, or by switching a product's mode while the server runs.
"""

from dataclasses import asdict, dataclass
from typing import Literal, get_args

Kind = Literal["card", "direct", "link", "mobile"]
Mode = Literal[
    "ok",
    "slow",
    "reject",
    "fail",
    "out_of_stock",
    "error_500",
    "hang",
    "commit_then_hang",
    "commit_then_500",
    "commit_after_not_found",
    "dearer",
    "partial",
    "duplicate",
    "reversed_later",
]

CARD_KINDS: frozenset[Kind] = frozenset({"card", "link"})
"""Kinds that issue credentials; the others top up an account."""


@dataclass(slots=True)
class Product:
    """One product. Prices are fen per piece; `stock` None is unlimited.

    In mode `dearer` it costs a fifth more than the price it is listed at, and above a client's ceiling is
    refused. `partial` issues a card less than was bought, `duplicate` one that it sold before, and what is
    `reversed_later` is paid back soon after it was delivered, by a vendor that knows refunds.
    `delay` (seconds) is how long the answer takes in mode `slow`, how long after the 'not found' the sale is
    committed in mode `commit_after_not_found`, and how long an order of a product without `sync` is pending.
    `sync` delivers in the create answer, where the protocol can. `voidable` cards can be given back.
    `face_value` is in yuan; a `mobile` product (phone credit) is ordered by it.
    """

    code: str
    name: str
    price_minor: int
    kind: Kind
    mode: Mode = "ok"
    stock: int | None = None
    delay: float = 0.0
    sync: bool = False
    voidable: bool = False
    face_value: int = 0

    def has(self, quantity: int) -> bool:
        """Whether this many could be sold now."""
        return self.mode != "out_of_stock" and (self.stock is None or self.stock >= quantity)

    def to_json(self) -> dict[str, object]:
        return asdict(self)


def change(product: Product, fields: object) -> None:
    """Set fields of a running product; ValueError names a bad one, and then nothing has changed."""
    if not isinstance(fields, dict):
        raise ValueError("not an object of fields")
    for field, value in fields.items():
        if not _acceptable(field, value):
            raise ValueError(f"{field}: {value!r} is not possible")
    for field, value in fields.items():
        setattr(product, field, value)


def _acceptable(field: object, value: object) -> bool:
    match field:
        case "mode":
            return value in get_args(Mode)
        case "name":
            return isinstance(value, str)
        case "price_minor":
            return _is_count(value)
        case "stock":
            return value is None or _is_count(value)
        case "delay":
            return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
        case "sync" | "voidable":
            return isinstance(value, bool)
        case _:
            return False


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
