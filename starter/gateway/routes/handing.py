"""Handing over what was delivered: read by the channel, or by its buyer through a link."""

import uuid
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from domain.access import Scope
from domain.verbs.human_act import By
from starter.desk.channels.keys import Caller
from starter.gateway.access.keys import Needs
from starter.gateway.access.own import own_delivery, own_order
from starter.gateway.openapi.told import problems
from starter.gateway.routes.acting import actor_of
from starter.gateway.routes.parameters import DeliveryId, LinkId, OrderNo
from starter.gateway.schema.acts import Line, Person
from starter.gateway.schema.handing import CredentialAnswer, LinkAnswer, LinkBody, unit_of
from starter.gateway.service import service_of
from starter.gateway.wire.answers import answer
from starter.gateway.wire.bodies import Body

router = APIRouter(prefix="/v1", tags=["handing over"])
Linking = Annotated[Caller, Depends(Needs(Scope.CREDENTIALS_LINK))]
Wanted = Annotated[LinkBody, Depends(Body(LinkBody))]


@router.get(
    "/deliveries/{delivery_id}/credential", response_model=CredentialAnswer, responses=problems(404, 409)
)
async def read_credential(
    request: Request,
    caller: Annotated[Caller, Depends(Needs(Scope.CREDENTIALS_READ))],
    delivery_id: DeliveryId,
    reason: Annotated[Line, Query(description="Why; it stays in the timeline")] = "read by the channel",
    actor: Annotated[Person | None, Query(description="Who of yours asks")] = None,
) -> Response:
    """Read what was delivered, in the clear. Every reading is an event with who and why."""
    order, view = await own_delivery(request, caller, delivery_id)
    shown = await service_of(request).desk.handing.read(order.order_id, view.id, _by(caller, actor, reason))
    units = [unit_of(each) for each in shown]
    return answer(request, CredentialAnswer(delivery_id=view.id, livemode=caller.livemode, units=units))


@router.post(
    "/deliveries/{delivery_id}/reveal-links",
    response_model=LinkAnswer,
    status_code=201,
    responses=problems(404, 409),
)
async def make_reveal_link(
    request: Request, caller: Linking, asked: Wanted, delivery_id: DeliveryId
) -> Response:
    """Make a link that shows the buyer his order, and reveals this delivery of it."""
    order, view = await own_delivery(request, caller, delivery_id)
    return await _link(request, caller, asked, order.order_id, view.id)


@router.post(
    "/orders/{order_no}/page-links", response_model=LinkAnswer, status_code=201, responses=problems(404, 409)
)
async def make_page_link(request: Request, caller: Linking, asked: Wanted, order_no: OrderNo) -> Response:
    """Make a link that shows the buyer his order, reveals all of it, and takes accounts it waits for."""
    order = await own_order(request, caller, order_no)
    return await _link(request, caller, asked, order.order_id, None)


@router.delete("/reveal-links/{link_id}", status_code=204, responses=problems(404))
async def end_link(request: Request, caller: Linking, link_id: LinkId) -> Response:
    """Let a link open nothing any more: one that was sent to the wrong person, say."""
    by = _by(caller, None, "ended by the channel")
    await service_of(request).desk.handing.end_link(caller.channel, link_id, by)
    return Response(status_code=204)


async def _link(
    request: Request, caller: Caller, asked: LinkBody, order_id: str, delivery_id: str | None
) -> Response:
    service = service_of(request)
    by = _by(caller, asked.actor, asked.reason)
    lasts = timedelta(seconds=asked.expires_in)
    made = await service.desk.handing.make_link(order_id, delivery_id, by, lasts)
    base = service.public_url or str(request.base_url)
    shown = LinkAnswer(
        id=made.id,
        livemode=caller.livemode,
        url=f"{base.rstrip('/')}/r/{made.token}",
        expires_at=made.expires_at,
    )
    return answer(request, shown, 201)


def _by(caller: Caller, actor: str | None, reason: str) -> By:
    return By(actor_of(caller, actor), reason, f"hand-{uuid.uuid4().hex[:12]}")
