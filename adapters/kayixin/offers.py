"""What holds for an offer at Kayixin before anything is bought."""

from collections.abc import Mapping

from domain.contract.catalogue import DIGITAL, OfferFacts
from domain.money import Currency

REVOCABLE = True


def facts(currency: Currency, options: Mapping[str, str]) -> OfferFacts:
    """The same for every product: no option changes any of it."""
    return OfferFacts(currency, revocable=REVOCABLE, single_unit=False, kinds=DIGITAL)
