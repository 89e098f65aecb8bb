"""What a ledger's rows are: a sale, and what was issued for it."""

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["delivered", "failed"]
Status = Literal["pending", "refunded"] | Outcome


@dataclass(frozen=True, slots=True)
class Credential:
    """One issued card or link; `void` once it was given back."""

    card_id: int
    sale_id: int
    number: str
    password: str
    void: bool


@dataclass(frozen=True, slots=True)
class NewSale:
    """A sale as it is made. It is pending until `due_at` (Unix seconds), then ends as `ends_as`."""

    number: str
    order_number: str
    product_code: str
    account: str
    quantity: int
    money_minor: int
    ends_as: Outcome
    created_at: float
    due_at: float


@dataclass(frozen=True, slots=True)
class Sale(NewSale):
    """A recorded sale: how far it got, what was issued and paid back, the faults under its number."""

    id: int
    supplier: str
    status: Status
    finished_at: float | None
    credited_minor: int
    credentials: tuple[Credential, ...]
    faults: tuple[str, ...]
