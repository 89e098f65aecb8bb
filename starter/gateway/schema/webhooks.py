"""Endpoints and events as their channel sees them."""

from typing import Annotated

from pydantic import BaseModel, Field

from domain.contract.document import Document
from domain.contract.order import Moment
from domain.webhooks.addresses import LONGEST_URL
from domain.webhooks.bodies import Notification
from domain.webhooks.catalogue import OF_OPERATIONS, PUBLIC
from storage.webhooks.endpoints import Endpoint
from storage.webhooks.log import Sent

_CHANNELS = [each for each in PUBLIC if each.partition(".")[0] not in OF_OPERATIONS]
WANTED = ["*", *dict.fromkeys(f"{each.partition('.')[0]}.*" for each in _CHANNELS), *_CHANNELS]
"""All that an endpoint of a channel may want."""
Pattern = Annotated[str, Field(min_length=1, max_length=64, json_schema_extra={"enum": WANTED})]


class EventPage(BaseModel):
    """Some events. `cursor` is where the next ones come after, also where there are none yet."""

    data: list[Notification]
    cursor: str
    has_more: bool


class EndpointBody(Document):
    """An address of yours, and which events it wants: `*`, `order.*`, `order.closed`."""

    url: Annotated[str, Field(min_length=1, max_length=LONGEST_URL)]
    events: list[Pattern] = Field(default_factory=lambda: ["*"], min_length=1, max_length=50)


class ReplayBody(Document):
    """What to send again: all since an instant that the endpoint has not had."""

    since: Moment


class ChannelEndpoint(Endpoint):
    """One of the channel's endpoints."""

    livemode: bool


class EndpointSecret(BaseModel):
    """An endpoint with a new secret, which is shown this once."""

    endpoint: ChannelEndpoint
    secret: str = Field(repr=False)


class EndpointList(BaseModel):
    """All endpoints of the channel."""

    data: list[ChannelEndpoint]


class SentList(BaseModel):
    """What an endpoint was sent, the newest event first."""

    data: list[Sent]


class Sending(BaseModel):
    """How many events are sent now."""

    events: int


class TestSending(BaseModel):
    """The delivery of a test event, to be found among those of the endpoint."""

    delivery: str


def endpoint(found: Endpoint, *, livemode: bool) -> ChannelEndpoint:
    """An endpoint as its channel sees it."""
    return ChannelEndpoint(**dict(found), livemode=livemode)
