"""What a shop sends, as /openapi.json has it. Instants are ISO 8601 texts with an offset."""

from typing import Literal, NotRequired, TypedDict


class Money(TypedDict):
    """An amount in minor units: 9900 is 99.00 CNY."""

    amount: int
    currency: str


class Buyer(TypedDict):
    """Who bought, as the shop knows them."""

    ref: str


class Recipient(TypedDict):
    """An account that benefits go to."""

    type: Literal["phone", "email", "account", "address"]
    value: str
    fields: NotRequired[dict[str, str]]


class NewOrder(TypedDict):
    """An order to be placed; its channel is the one of the key."""

    channel: NotRequired[str]
    order_no: str
    bundle: str
    version: int
    quantity: NotRequired[int]
    paid: Money
    discount: NotRequired[Money | None]
    buyer: Buyer
    recipients: NotRequired[dict[str, Recipient]]
    placed_at: NotRequired[str | None]
    context: NotRequired[dict[str, str]]
    attributes: NotRequired[dict[str, str | int]]
