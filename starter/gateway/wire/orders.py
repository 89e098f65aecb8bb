"""Bodies that are an order document and more; its channel is the one of the key."""

from typing import TypeVar

from starlette.requests import Request

from domain.contract.order import OrderDocument
from domain.validation.problems import Problem
from starter.desk.channels.keys import Caller
from starter.gateway.wire.bodies import Body, as_model, body_of, invalid

Sent = TypeVar("Sent", bound=OrderDocument)


class OrderBody(Body[Sent]):
    """A dependency behind `Needs`: an order document, in which `channel` may be left out."""

    async def __call__(self, request: Request) -> Sent:
        """What was sent. Raises Refused."""
        caller: Caller = request.state.caller
        found = await body_of(request)
        sent = as_model(self.model, {**found, "channel": found.get("channel", caller.channel)})
        if sent.channel != caller.channel:
            raise invalid([Problem(("channel",), "must be the channel of your key, or left out")])
        return sent


def document_of(sent: OrderDocument) -> OrderDocument:
    """The order document alone."""
    return OrderDocument(**{name: getattr(sent, name) for name in OrderDocument.model_fields})
