"""What the routes of the HTTP API work with, made once a process."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.requests import Request

from domain.planning.modes import ALL_LIVE, Supply
from starter.desk.channels.keys import ChannelKeys
from starter.desk.desk import Desk
from starter.gateway.access.rates import Rates
from starter.outlines import ConnectionOutline
from storage.base.database import Database


@dataclass(frozen=True)
class Service:
    """The desk and what it needs to know who asks."""

    desk: Desk
    database: Database
    outlines: Mapping[str, ConnectionOutline] = field(default_factory=dict)
    """The supplier connections, which a catalogue may name."""
    supply: Supply = ALL_LIVE
    """What of them decides whether an order is accepted."""
    rates: Rates = field(default_factory=Rates)
    public_url: str = ""
    """Where buyers reach it; unset: wherever the request came to."""

    @property
    def keys(self) -> ChannelKeys:
        """The keys that open it."""
        return ChannelKeys(self.database)


def service_of(request: Request) -> Service:
    """What this request's routes work with."""
    service: Service = request.app.state.service
    return service
