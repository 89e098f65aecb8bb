"""What holds for an offer of our own stock before anything is bought."""

from collections.abc import Mapping

from domain.contract.catalogue import BenefitKind, OfferTerms
from domain.money import Currency

REVOCABLE = True


def terms(currency: Currency, options: Mapping[str, str]) -> OfferTerms:
    """A pool holds keys and links only, and knows no options."""
    kinds = frozenset({BenefitKind.KEY, BenefitKind.LINK})
    return OfferTerms(currency, revocable=REVOCABLE, single_unit=False, kinds=kinds)
