"""How a Kayixin connection is configured."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from adapters.config import HttpConnection
from adapters.http import WebAddress


class KayixinConfig(HttpConnection):
    """One customer account at one operating site; the vendor has no common address."""

    protocol: Literal["kayixin"]
    base_url: WebAddress = Field(description="The operating site, without `/api/v3`.")
    app_id: str = Field(pattern=r"^[\x21-\x7e]+$", description="The customer number (X-App-Id).")

    verify_after: list[Annotated[timedelta, Field(gt=timedelta(0))]] = Field(
        [timedelta(days=1), timedelta(days=7)],
        description="When it is asked whether a delivery still stands, since it may refund one by itself.",
    )
