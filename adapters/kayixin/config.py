"""How a Kayixin connection is configured."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from adapters.connection import HttpConnection
from adapters.http import WebAddress
from domain.contract.catalogue import DIGITAL, OfferFacts


class KayixinConfig(HttpConnection):
    """One customer account at one operating site; the vendor has no common address."""

    revocable: ClassVar[bool] = True

    protocol: Literal["kayixin"]
    base_url: WebAddress = Field(description="The operating site, without `/api/v3`.")
    app_id: str = Field(pattern=r"^[\x21-\x7e]+$", description="The customer number (X-App-Id).")

    recheck_after: list[Annotated[timedelta, Field(gt=timedelta(0))]] = Field(
        [timedelta(days=1), timedelta(days=7)],
        description="When it is asked whether a delivery still stands, since it may refund one by itself.",
    )

    def facts(self, options: Mapping[str, str]) -> OfferFacts:
        """What holds for an offer with these options."""
        return OfferFacts(revocable=self.revocable, single_unit=False, currency=self.currency, kinds=DIGITAL)
