"""What a channel may see: its own orders. Anybody else's are not there for it."""

from starlette.requests import Request

from starter.desk.channels.keys import Caller
from starter.gateway.problems.answers import Refused
from starter.gateway.service import service_of
from storage.views.channel_lists import order_of_delivery
from storage.views.deliveries import DeliveryView
from storage.views.orders import OrderView, read_order


async def own_order(request: Request, caller: Caller, order_no: str) -> OrderView:
    """The order of this number. Raises Refused."""
    return await _read(request, f"{caller.channel}/{order_no}", "there is no order of this number")


async def own_delivery(request: Request, caller: Caller, delivery_id: str) -> tuple[OrderView, DeliveryView]:
    """The delivery of this id, and its order. Raises Refused."""
    missing = "there is no delivery of this id"
    async with service_of(request).database.snapshot() as session:
        order_id = await order_of_delivery(session, caller.channel, delivery_id)
    if order_id is None:
        raise Refused("not_found", missing)
    order = await _read(request, order_id, missing)
    return order, next(each for each in order.deliveries if each.id == delivery_id)


async def _read(request: Request, reference: str, missing: str) -> OrderView:
    async with service_of(request).database.snapshot() as session:
        view = await read_order(session, reference)
    if view is None:
        raise Refused("not_found", missing)
    return view
