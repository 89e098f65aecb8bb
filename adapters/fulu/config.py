"""How a Fulu connection is configured."""

from typing import Literal

from pydantic import Field

from adapters.config import HttpConnection
from adapters.http import WebAddress


class FuluConfig(HttpConnection):
    """One merchant at Fulu. The callback address is set at the merchant's account, not in a request."""

    protocol: Literal["fulu"]
    gateway: WebAddress = Field(description="The whole gateway address, such as .../api/getway (sic).")
    app_key: str = Field(min_length=1, description="The merchant key.")
