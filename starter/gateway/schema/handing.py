"""What is handed over, and links by which buyers see it."""

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, Field

from starter.desk.handing.over import LONGEST_LINK
from starter.gateway.schema.acts import Asked, Line
from storage.handing.revealing import Shown

WEEK = int(timedelta(days=7).total_seconds())


class LinkBody(Asked):
    """A link for a buyer. `expires_in`: seconds."""

    reason: Line = "for the buyer"
    expires_in: Annotated[int, Field(ge=60, le=int(LONGEST_LINK.total_seconds()))] = WEEK


class LinkAnswer(BaseModel):
    """A link; its address is told this once. Opening it shows the order, and reveals nothing by itself."""

    id: str
    livemode: bool
    url: str
    expires_at: datetime


class CredentialUnit(BaseModel):
    """One unit, in the clear."""

    number: str | None
    password: str | None
    link: str | None
    expires_at: datetime | None


class CredentialAnswer(BaseModel):
    """What was delivered."""

    delivery_id: str
    livemode: bool
    units: list[CredentialUnit]


def unit_of(shown: Shown) -> CredentialUnit:
    """A unit as it is answered."""
    return CredentialUnit(
        number=shown.number, password=shown.password, link=shown.link, expires_at=shown.expires_at
    )
