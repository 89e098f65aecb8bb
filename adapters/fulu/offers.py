"""What holds for an offer at Fulu before anything is bought."""

from collections.abc import Mapping

from adapters.fulu.messages import asks_phone_credit
from domain.contract.catalogue import DIGITAL, BenefitKind, OfferTerms
from domain.money import Currency

REVOCABLE = False


def terms(currency: Currency, options: Mapping[str, str]) -> OfferTerms:
    """Phone credit is sold one charge an order, and is a recharge always."""
    credit = asks_phone_credit(options)
    return OfferTerms(
        currency,
        revocable=REVOCABLE,
        single_unit=credit,
        kinds=frozenset({BenefitKind.RECHARGE}) if credit else DIGITAL,
    )
