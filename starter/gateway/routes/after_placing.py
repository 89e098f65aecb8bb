"""What a channel sends about its order: what happened to it, an account, a cancellation."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from domain.access import Scope
from domain.planning.order_events import OrderEvent, event_id_of
from domain.verbs.human_act import HumanAct
from domain.verbs.verb import Act
from starter.desk.channels.keys import Caller
from starter.desk.selling.cancel import cancel, cancellation_of
from starter.desk.selling.recipient import give_recipient
from starter.gateway.access.keys import Needs
from starter.gateway.access.own import own_order
from starter.gateway.openapi.told import problems
from starter.gateway.problems.answers import Refused
from starter.gateway.routes.acting import actor_of, name_of
from starter.gateway.routes.parameters import ComponentName, IdempotencyKey, OrderNo, RequestName
from starter.gateway.schema.acts import (
    Asked,
    CancellationAnswer,
    EventAnswer,
    EventBody,
    RecipientAnswer,
    RecipientBody,
)
from starter.gateway.schema.orders import address_of
from starter.gateway.service import service_of
from starter.gateway.wire.answers import answer
from starter.gateway.wire.bodies import Body
from storage.channels.cancellations import CancellationState
from storage.tables import Cancellation

router = APIRouter(prefix="/v1", tags=["orders"])
Writer = Annotated[Caller, Depends(Needs(Scope.ORDERS_WRITE))]


@router.post(
    "/orders/{order_no}/events",
    status_code=201,
    response_model=EventAnswer,
    responses={200: {"model": EventAnswer, "description": "It was known"}, **problems(404, 409)},
)
async def note_event(
    request: Request, caller: Writer, sent: Annotated[EventBody, Depends(Body(EventBody))], order_no: OrderNo
) -> Response:
    """Note what happened to an order: releases may wait for it, and a chargeback stops all that is left."""
    order = await own_order(request, caller, order_no)
    component, release = sent.component or "", sent.release or 0
    event = OrderEvent(
        event_id=sent.event_id or event_id_of(sent.event, component, release),
        event=sent.event,
        component=component,
        release=release,
        at=sent.at,
    )
    news = await service_of(request).desk.report(order.order_id, event, actor=caller.channel, note=sent.note)
    shown = EventAnswer(
        order_no=order_no,
        livemode=caller.livemode,
        event=sent.event,
        event_id=event.event_id,
        news=news,
    )
    return answer(request, shown, 201 if news else 200)


@router.put(
    "/orders/{order_no}/recipients/{component}",
    response_model=RecipientAnswer,
    responses=problems(404, 409),
)
async def set_recipient(
    request: Request,
    caller: Writer,
    sent: Annotated[RecipientBody, Depends(Body(RecipientBody))],
    order_no: OrderNo,
    component: ComponentName,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Give the account that a component waits for, or let what is still to come go to another one."""
    order = await own_order(request, caller, order_no)
    wanted = HumanAct(
        request_id=name_of(Act.CHANGE_RECIPIENT, caller, idempotency_key),
        order_id=order.order_id,
        delivery_id="",
        act=Act.CHANGE_RECIPIENT,
        actor=actor_of(caller, sent.actor),
        reason=sent.reason,
    )
    runs = service_of(request).desk.runs
    moved = await give_recipient(runs, order, component, sent.recipient, wanted)
    shown = RecipientAnswer(
        request_id=wanted.request_id,
        order_no=order_no,
        livemode=caller.livemode,
        component=component,
        moved=moved,
    )
    return answer(request, shown)


@router.post(
    "/orders/{order_no}/cancellations",
    status_code=201,
    response_model=CancellationAnswer,
    responses={
        202: {"model": CancellationAnswer, "description": "Nobody has decided yet: ask at its address"},
        **problems(404, 409),
    },
)
async def ask_to_cancel(
    request: Request,
    caller: Writer,
    asked: Annotated[Asked, Depends(Body(Asked))],
    order_no: OrderNo,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Ask to cancel what is left of an order. It may be refused, and says why."""
    order = await own_order(request, caller, order_no)
    name = name_of(Act.CANCEL, caller, idempotency_key)
    runs = service_of(request).desk.runs
    found = await cancel(runs, order, name, actor_of(caller, asked.actor), asked.reason)
    shown = _cancellation(found, order_no, caller)
    decided = found.state != CancellationState.REQUESTED
    return answer(request, shown, 201 if decided else 202, {"Location": shown.address})


@router.get(
    "/orders/{order_no}/cancellations/{name}", response_model=CancellationAnswer, responses=problems(404)
)
async def read_cancellation(
    request: Request,
    caller: Annotated[Caller, Depends(Needs(Scope.ORDERS_READ))],
    order_no: OrderNo,
    name: RequestName,
) -> Response:
    """Read what came of a cancellation."""
    order = await own_order(request, caller, order_no)
    found = await cancellation_of(service_of(request).desk.runs, order, name)
    if found is None:
        raise Refused("not_found", "nobody asked for a cancellation under this id")
    return answer(request, _cancellation(found, order_no, caller))


def _cancellation(found: Cancellation, order_no: str, caller: Caller) -> CancellationAnswer:
    return CancellationAnswer(
        id=found.id,
        order_no=order_no,
        livemode=caller.livemode,
        state=found.state,
        refusal=found.refusal or None,
        asked_at=found.asked_at,
        address=f"{address_of(order_no)}/cancellations/{found.id}",
    )
