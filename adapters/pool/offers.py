"""What holds for an offer of our own stock before anything is bought."""

from collections.abc import Mapping

from domain.contract.catalogue import BenefitKind, OfferFacts
from domain.money import Currency

REVOCABLE = True


def facts(currency: Currency, options: Mapping[str, str]) -> OfferFacts:
    """A pool holds keys and links only, and knows no options."""
    kinds = frozenset({BenefitKind.KEY, BenefitKind.LINK})
    return OfferFacts(currency, revocable=REVOCABLE, single_unit=False, kinds=kinds)
