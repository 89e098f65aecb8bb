"""Before anybody pays: whether an order would be accepted, and what can be sold."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from domain.access import Scope
from starter.desk.channels.keys import Caller
from starter.desk.errors import InvalidOrder
from starter.desk.selling.availability import availability
from starter.desk.selling.check import check
from starter.desk.selling.holds import free_hold, read_hold
from starter.gateway.access.keys import Needs
from starter.gateway.openapi.told import problems
from starter.gateway.problems.answers import FieldProblem, Refused
from starter.gateway.routes.parameters import BundleName, HoldId
from starter.gateway.schema.checks import HoldMade, OrderCheck, OrderHold, OrderToCheck, WouldBeRefused
from starter.gateway.schema.contracts import BundleAvailability
from starter.gateway.service import service_of
from starter.gateway.wire.answers import answer
from starter.gateway.wire.orders import OrderBody, document_of

router = APIRouter(prefix="/v1", tags=["before payment"])


@router.post("/order-checks", response_model=OrderCheck)
async def check_order(
    request: Request,
    caller: Annotated[Caller, Depends(Needs(Scope.ORDERS_WRITE))],
    sent: Annotated[OrderToCheck, Depends(OrderBody(OrderToCheck))],
) -> Response:
    """Say whether this order would be accepted now. With `hold`, keep for it what it needs meanwhile."""
    service, document = service_of(request), document_of(sent)
    lasts, why, held = timedelta(seconds=sent.hold) if sent.hold else None, None, None
    try:
        checked = await check(service.desk.runs, document, service.supply, lasts)
    except InvalidOrder as error:
        wrong = [FieldProblem(field=each.field, message=each.message) for each in error.problems]
        why = WouldBeRefused(code=error.code, detail=str(error), errors=wrong)
    else:
        if no := checked.refusal:
            why = WouldBeRefused(code=no.code, detail=no.message, component=no.component or None)
        if made := checked.hold:
            held = HoldMade(
                id=made.id, token=made.token, expires_at=made.expires_at, address=f"/v1/order-holds/{made.id}"
            )
    shown = OrderCheck(
        order_no=document.order_no, livemode=caller.livemode, acceptable=why is None, refusal=why, hold=held
    )
    return answer(request, shown)


@router.get("/order-holds/{hold_id}", response_model=OrderHold, responses=problems(404))
async def read_order_hold(
    request: Request, caller: Annotated[Caller, Depends(Needs(Scope.ORDERS_READ))], hold_id: HoldId
) -> Response:
    """Read a hold of yours."""
    held, state = await read_hold(service_of(request).desk.runs, caller.channel, hold_id)
    shown = OrderHold(
        id=held.id,
        livemode=caller.livemode,
        order_no=held.order_no,
        bundle=held.bundle_id,
        version=held.bundle_version,
        quantity=held.quantity,
        state=state,
        created_at=held.created_at,
        expires_at=held.expires_at,
    )
    return answer(request, shown)


@router.delete("/order-holds/{hold_id}", status_code=204, responses=problems(404, 409))
async def free_order_hold(
    request: Request, caller: Annotated[Caller, Depends(Needs(Scope.ORDERS_WRITE))], hold_id: HoldId
) -> Response:
    """Free what a hold of yours keeps: its buyer went away."""
    await free_hold(service_of(request).desk.runs, caller.channel, hold_id)
    return Response(status_code=204)


@router.get("/bundles/{bundle}/availability", response_model=BundleAvailability, responses=problems(404))
async def read_availability(
    request: Request,
    caller: Annotated[Caller, Depends(Needs(Scope.CONTRACTS_READ))],
    bundle: BundleName,
) -> Response:
    """Say whether the newest version of a bundle can be sold now, and which component limits it."""
    service = service_of(request)
    found = await availability(service.database, bundle, service.supply, livemode=caller.livemode)
    if found is None:
        raise Refused("not_found", "no bundle of this id is published")
    return answer(request, BundleAvailability(**dict(found), livemode=caller.livemode))
