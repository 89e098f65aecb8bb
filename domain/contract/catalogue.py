"""The catalogue: which benefits exist and who can supply them at what cost."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from domain.contract.document import Document, Identifier, Text, is_unset
from domain.money import StatedMoney


class BenefitKind(StrEnum):
    """How a benefit reaches the buyer."""

    KEY = "key"
    RECHARGE = "recharge"
    LINK = "link"
    SHIPMENT = "shipment"


class AccountType(StrEnum):
    """What a benefit is delivered to."""

    NONE = "none"
    PHONE = "phone"
    EMAIL = "email"
    ACCOUNT = "account"
    ADDRESS = "address"


class Offer(Document):
    """One supplier's product that serves a benefit. Lower priority numbers are tried first."""

    connection: Identifier
    product: Annotated[Text, Field(max_length=64, description="The supplier's product code")]
    cost: StatedMoney = Field(description="Cost of one unit")
    priority: int = Field(10, ge=0)
    revocable: bool = Field(
        True, description="Whether the supplier takes this product back; policies that undo use no other"
    )
    max_units: int | None = Field(
        None, ge=1, description="How many units one purchase may hold; unset: as many as are needed"
    )
    options: dict[str, Text] = Field(
        default_factory=dict, description="Settings of the supplier's protocol for this product"
    )


DIGITAL = frozenset({BenefitKind.KEY, BenefitKind.RECHARGE, BenefitKind.LINK})
"""What suppliers of digital goods sell."""


@dataclass(frozen=True)
class OfferTerms:
    """What a connection's protocol says about an offer, whatever the catalogue says."""

    currency: str
    revocable: bool
    single_unit: bool
    kinds: frozenset[BenefitKind]
    """What a product bought so can be."""
    sandbox_of: str | None = None
    """The connection whose sandbox it names; no offer may."""


TermsOf = Callable[[Offer], OfferTerms | None]
"""Facts of an offer; None when its connection is not configured."""


class Benefit(Document):
    """One sellable right."""

    id: Identifier
    kind: BenefitKind
    title: Text
    account: AccountType = AccountType.NONE
    stand_alone: StatedMoney = Field(description="What one unit sells for on its own")
    shared_credential: bool = Field(
        False, description="Every buyer gets the same link, so it is exempt from the single-use rule"
    )
    case_sensitive: bool = Field(
        False,
        exclude_if=is_unset,
        description="Two of its keys may differ in nothing but the case of their letters; unset: such two "
        "are one key, which is sold once",
    )
    offers: list[Offer] = Field(min_length=1)


class Catalogue(Document):
    """All benefits, as published together."""

    benefits: list[Benefit] = Field(min_length=1)

    def benefit(self, benefit_id: str) -> Benefit | None:
        """The benefit of that id, if the catalogue has it."""
        return next((b for b in self.benefits if b.id == benefit_id), None)

    def is_case_sensitive(self, connection: str, product: str) -> bool:
        """Whether a benefit that this product serves has keys that differ by case alone."""
        return any(
            benefit.case_sensitive
            for benefit in self.benefits
            for offer in benefit.offers
            if (offer.connection, offer.product) == (connection, product)
        )
