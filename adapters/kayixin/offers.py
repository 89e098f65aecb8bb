"""What holds for an offer at Kayixin before anything is bought."""

from collections.abc import Mapping

from domain.contract.catalogue import DIGITAL, OfferTerms
from domain.money import Currency

REVOCABLE = True


def terms(currency: Currency, options: Mapping[str, str]) -> OfferTerms:
    """The same for every product: no option changes any of it."""
    return OfferTerms(currency, revocable=REVOCABLE, single_unit=False, kinds=DIGITAL)
