"""How a Fulu connection is configured."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from adapters.connection import HttpConnection
from adapters.fulu.messages import asks_phone_credit
from adapters.http import WebAddress
from domain.contract.catalogue import DIGITAL, BenefitKind, OfferFacts


class FuluConfig(HttpConnection):
    """One merchant at Fulu. The callback address is set at the merchant's account, not in a request."""

    revocable: ClassVar[bool] = False

    protocol: Literal["fulu"]
    gateway: WebAddress = Field(description="The whole gateway address, such as .../api/getway (sic).")
    app_key: str = Field(min_length=1, description="The merchant key.")

    def facts(self, options: Mapping[str, str]) -> OfferFacts:
        """What holds for an offer with these options."""
        credit = asks_phone_credit(options)
        return OfferFacts(
            revocable=self.revocable,
            single_unit=credit,
            currency=self.currency,
            kinds=frozenset({BenefitKind.RECHARGE}) if credit else DIGITAL,
        )
