"""How a Kayixin connection is configured."""

from typing import Literal

from pydantic import Field

from adapters.connection import HttpConnection
from adapters.http import WebAddress


class KayixinConfig(HttpConnection):
    """One customer account at one operating site; the vendor has no common address."""

    protocol: Literal["kayixin"]
    base_url: WebAddress = Field(description="The operating site, without `/api/v3`.")
    app_id: str = Field(pattern=r"^[\x21-\x7e]+$", description="The customer number (X-App-Id).")
