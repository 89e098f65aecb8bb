"""Orders: placed, read, listed."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from domain.access import Scope
from domain.contract.order import Moment
from domain.fulfilment.states import OrderState
from domain.keys import order_workflow_id
from starter.desk.channels.keys import Caller
from starter.desk.errors import ReceiptPending
from starter.desk.selling.naming import name_request
from starter.gateway.access.keys import Needs
from starter.gateway.access.own import own_order
from starter.gateway.openapi.told import problems
from starter.gateway.problems.answers import Refused
from starter.gateway.routes.parameters import NAME, Cursor, IdempotencyKey, Limit, OrderNo
from starter.gateway.schema.checks import OrderToPlace
from starter.gateway.schema.orders import (
    ChannelOrder,
    OrderInList,
    OrderTimeline,
    PendingOrder,
    Receipt,
    address_of,
    in_list,
    order,
    receipt,
    timeline,
)
from starter.gateway.service import service_of
from starter.gateway.wire.answers import answer
from starter.gateway.wire.cursors import Page, Place, read, written
from starter.gateway.wire.orders import OrderBody, document_of
from storage.views.channel_lists import Sought, orders_of

ACCEPTED_WITHIN = timedelta(seconds=10)
ASK_AGAIN_SECONDS = 2
PENDING: dict[int | str, dict[str, Any]] = {
    202: {"model": PendingOrder, "description": "It is not accepted yet: ask at its address"}
}

router = APIRouter(prefix="/v1", tags=["orders"])


@router.post(
    "/orders",
    status_code=201,
    response_model=Receipt,
    responses={
        200: {"model": Receipt, "description": "The same order was placed before"},
        **PENDING,
        **problems(409),
    },
)
async def place_order(
    request: Request,
    caller: Annotated[Caller, Depends(Needs(Scope.ORDERS_WRITE))],
    sent: Annotated[OrderToPlace, Depends(OrderBody(OrderToPlace))],
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Place a paid order. Its number names it: the same document again gets the same receipt.

    The answer waits until the order is accepted or refused, ten seconds at most.
    """
    service, document = service_of(request), document_of(sent)
    address = address_of(document.order_no)
    if idempotency_key is not None:
        await name_request(service.desk.runs, document, idempotency_key)
    try:
        placed = await service.desk.place_once(document, ACCEPTED_WITHIN, sent.hold_token)
    except ReceiptPending:
        return _pending(request, caller, document.order_no)
    shown = receipt(placed.receipt, livemode=caller.livemode)
    return answer(request, shown, 201 if placed.new else 200, {"Location": address})


@router.get("/orders/{order_no}", response_model=ChannelOrder, responses={**PENDING, **problems(404)})
async def read_order(
    request: Request, caller: Annotated[Caller, Depends(Needs(Scope.ORDERS_READ))], order_no: OrderNo
) -> Response:
    """Read an order of yours by your number for it."""
    try:
        view = await own_order(request, caller, order_no)
    except Refused:
        run = order_workflow_id(caller.channel, order_no)
        if await service_of(request).desk.runs.is_running(run):
            return _pending(request, caller, order_no)
        raise
    return answer(request, order(view, livemode=caller.livemode), zone=view.time_zone)


@router.get("/orders/{order_no}/timeline", response_model=OrderTimeline, responses=problems(404))
async def read_timeline(
    request: Request, caller: Annotated[Caller, Depends(Needs(Scope.TIMELINE_READ))], order_no: OrderNo
) -> Response:
    """Read what happened to an order."""
    view = await own_order(request, caller, order_no)
    return answer(request, timeline(view, livemode=caller.livemode), zone=view.time_zone)


@router.get("/orders", response_model=Page[OrderInList])
async def list_orders(
    request: Request,
    caller: Annotated[Caller, Depends(Needs(Scope.ORDERS_READ))],
    limit: Limit = 50,
    cursor: Cursor = None,
    state: OrderState | None = None,
    bundle: Annotated[str | None, Query(pattern=NAME)] = None,
    accepted_since: Moment | None = None,
    accepted_before: Moment | None = None,
) -> Response:
    """List your orders, the newest first."""
    sought = Sought(
        channel=caller.channel,
        limit=limit + 1,
        after=read(cursor),
        state=state,
        bundle=bundle,
        since=accepted_since,
        before=accepted_before,
    )
    async with service_of(request).database.snapshot() as session:
        lines = await orders_of(session, sought)
    more = len(lines) > limit
    last = Place(lines[limit - 1].accepted_at, lines[limit - 1].order_id) if more else None
    page = Page[OrderInList](
        data=[in_list(line, livemode=caller.livemode) for line in lines[:limit]],
        next_cursor=written(last) if last else None,
    )
    return answer(request, page)


def _pending(request: Request, caller: Caller, order_no: str) -> Response:
    address = address_of(order_no)
    waits = PendingOrder(order_no=order_no, livemode=caller.livemode, address=address)
    return answer(request, waits, 202, {"Location": address, "Retry-After": str(ASK_AGAIN_SECONDS)})
