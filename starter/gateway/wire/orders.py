"""The body of a placed order: the order document, whose channel is the one of the key."""

from starlette.requests import Request

from domain.contract.order import OrderDocument
from domain.validation.problems import Problem
from starter.desk.channels.keys import Caller
from starter.gateway.wire.bodies import Body, as_model, body_of, invalid


class OrderBody(Body[OrderDocument]):
    """A dependency behind `Needs`: an order document, in which `channel` may be left out."""

    def __init__(self) -> None:
        super().__init__(OrderDocument)

    async def __call__(self, request: Request) -> OrderDocument:
        """The document. Raises Refused."""
        caller: Caller = request.state.caller
        found = await body_of(request)
        document = as_model(self.model, {**found, "channel": found.get("channel", caller.channel)})
        if document.channel != caller.channel:
            raise invalid([Problem(("channel",), "must be the channel of your key, or left out")])
        return document
