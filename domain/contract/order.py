"""The order document: what a channel sends when a buyer has paid."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    Field,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from domain.contract.bundle import MOST_BUNDLES
from domain.contract.catalogue import AccountType
from domain.contract.document import (
    Document,
    Identifier,
    Text,
    Version,
    is_unset,
    not_too_large,
    visible,
    within_a_block,
)
from domain.money import Money
from domain.spelling import email, invisible_in, phone


def _one_word(number: str) -> str:
    if not number.isprintable():
        raise ValueError("must be printable text, such as 2026-1001 or #1001")
    return visible(number)


OrderNumber = Annotated[
    str,
    Field(
        min_length=1,
        max_length=64,
        pattern=r"^[^\x00-\x20\x7f]+$",
        description="The channel's own order number, kept as it is: printable text without blanks",
    ),
    AfterValidator(_one_word),
]

_FORMS = {
    AccountType.PHONE: (re.compile(r"\+?[0-9]{6,15}"), "6 to 15 digits, with or without a leading +"),
    AccountType.EMAIL: (
        re.compile(r"(?=.{5,254}\Z)[^@\s]+@[^@\s]+\.[^@\s]+"),
        "an address like name@example.com",
    ),
    AccountType.ACCOUNT: (re.compile(r"[^\s\x00-\x1f\x7f]{1,50}"), "1 to 50 characters without spaces"),
    AccountType.ADDRESS: (
        re.compile(r"\S.{6,298}\S", re.DOTALL),
        "8 to 300 characters, no blank around them",
    ),
}


_SPELT = {AccountType.PHONE: phone, AccountType.EMAIL: email}
"""How what is written is sent and kept; other accounts stay as they are."""
MOST_ATTRIBUTES = 50
MOST_ACCOUNTS = 50
"""As many as a bundle has components."""


def _plain_value(value: object) -> str | int:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53:
        return value
    if isinstance(value, str) and 0 < len(value) <= 200 and value.isprintable() and not invisible_in(value):
        return value
    raise ValueError("must be a whole number, a text of 1 to 200 characters, or a date like 1990-12-31")


AttributeValue = Annotated[
    str | int,
    BeforeValidator(_plain_value),
    WithJsonSchema({"type": ["string", "integer"], "description": "A number, a text, or a date: 1990-12-31"}),
]


def in_our_time(instant: datetime) -> datetime:
    """The instant in UTC: however its zone is written, it is the same order."""
    if not 2000 <= instant.year < 2100:
        raise ValueError("must be between the years 2000 and 2099")
    return instant.astimezone(UTC)


Moment = Annotated[
    AwareDatetime, AfterValidator(in_our_time), Field(json_schema_extra={"pattern": r"^20[0-9]{2}-"})
]
"""An instant with its offset, of this century."""


class Recipient(Document):
    """An account that benefits go to. Personal: kept sealed everywhere."""

    type: Annotated[AccountType, WithJsonSchema({"type": "string", "enum": list(_FORMS)})]
    value: str = Field(
        max_length=1000, repr=False, description="A mainland mobile in any spelling is its eleven digits"
    )
    fields: Annotated[
        dict[Identifier, Annotated[str, AfterValidator(visible)]], AfterValidator(not_too_large)
    ] = Field(
        default_factory=dict,
        repr=False,
        description="What else the platform asks for: region, server, role",
    )

    @field_validator("type")
    @classmethod
    def _is_an_account(cls, account: AccountType) -> AccountType:
        if account is AccountType.NONE:
            raise ValueError("type must be phone, email, account or address")
        return account

    @field_validator("value")
    @classmethod
    def _well_formed(cls, value: str, info: ValidationInfo) -> str:
        visible(value)
        account = info.data.get("type")
        if account is not None:
            value = _SPELT[account](value) if account in _SPELT else value
            form, expected = _FORMS[account]
            if not form.fullmatch(value):
                raise ValueError(f"value is not a valid {account}: expected {expected}")
        return value


class Buyer(Document):
    """Who bought, as the channel knows them.

    Purchase limits count per reference, without its case and width; a phone number is one in any spelling.
    """

    ref: Annotated[Text, Field(max_length=128)]


class OrderDocument(Document):
    """One paid order.

    `recipients` names the accounts: `shared` for components with one account for all, and one entry per
    platform that the bundle's components ask for.
    """

    channel: Identifier
    order_no: OrderNumber
    bundle: Identifier
    version: Version
    quantity: int = Field(1, ge=1, le=MOST_BUNDLES)
    paid: Money = Field(description="What the buyer paid for the whole order")
    discount: Money | None = Field(
        None,
        exclude_if=is_unset,
        description="What the buyer paid less than the price; refunds are parts of what was paid",
    )
    buyer: Buyer
    recipients: dict[Identifier, Recipient] = Field(default_factory=dict, max_length=MOST_ACCOUNTS)
    placed_at: Moment | None = Field(
        None, description="When the buyer paid, with offset. Unset: when the order arrived"
    )
    context: Annotated[dict[str, str], AfterValidator(not_too_large)] = Field(
        default_factory=dict, repr=False, description="Device, IP, session: sealed, for risk rules"
    )

    @field_validator("recipients")
    @classmethod
    def _small_together(cls, recipients: dict[str, Recipient]) -> dict[str, Recipient]:
        within_a_block(each.fields for each in recipients.values())
        return recipients

    attributes: dict[Identifier, AttributeValue] = Field(
        default_factory=dict,
        max_length=MOST_ATTRIBUTES,
        repr=False,
        exclude_if=is_unset,
        description="What the bundle asks for in its own `attributes`",
    )

    @property
    def stated(self) -> dict[str, str | int]:
        """Every attribute of the order, with the built-in ones."""
        return {
            **self.attributes,
            "quantity": self.quantity,
            "paid": self.paid.amount,
            "channel": self.channel,
        }

    def anchor(self, received_at: datetime) -> datetime:
        """The moment every release of this order counts from."""
        return self.placed_at or received_at
